import { startingWith } from '../stream/verdict.ts';
import { preface } from './frames/preface.ts';

/** Whether a client begins to speak HTTP/2. */
export const looksLikePreface = startingWith(Buffer.from(preface));
