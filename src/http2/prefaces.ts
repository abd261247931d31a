import { type Detect, startingWith } from '../stream/verdict.ts';
import { FrameType, headerLength, readFrameHeader } from './frames/frame-header.ts';
import { isPossible } from './frames/frame-rules.ts';
import { preface } from './frames/preface.ts';

/** In bytes: every setting that there is, many times. Without any, other protocols begin like that, too. */
const mostSettings = 256;

/** Whether a client begins to speak HTTP/2. */
export const looksLikePreface = startingWith(Buffer.from(preface));

/** Whether a server does: with its settings (RFC 9113, section 3.4), which need not wait for the client. */
export const looksLikeServerPreface: Detect = (bytes, start, end) => {
  const length = Math.min(headerLength, end - start);
  const header = Buffer.alloc(headerLength);
  // Of what has not come, what would be right stands there.
  header[3] = FrameType.settings;
  bytes.copy(header, 0, start, start + length);
  const settings = readFrameHeader(header, 0);
  const isStart = settings.type === FrameType.settings && settings.flags === 0 && settings.length < mostSettings;
  if (!isStart || (length > 2 && !(settings.length > 0 && isPossible(settings)))) return 'no';
  return length === headerLength ? 'yes' : 'more';
};
