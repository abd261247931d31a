import { startingWith } from '../stream/verdict.ts';

/** The client connection preface (RFC 9113, section 3.4). */
export const looksLikePreface = startingWith(Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'));
