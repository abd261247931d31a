import { Flag, type FrameHeader, FrameType } from './frame-header.ts';

/** No one sends more of anything but content and header blocks in one frame. */
const mostOfControl = 1 << 20;
/** What a receiver accepts that has not said otherwise, which only pays for content. */
const usualFrameSize = 16 * 1024;
/** There are servers that allow frames of 4 MiB. */
const mostOfContent = 1 << 22;

type Rule = {
  /** On a stream, on the connection (stream 0), or either. */
  readonly place: 'stream' | 'connection' | 'either';
  /** Bytes of the payload. */
  readonly least: number;
  readonly most: number;
  /** The flags that mean something. */
  readonly flags: number;
};

const wholeFrame = 2 ** 24 - 1;

/** By type of frame: RFC 9113, section 6. */
const rules: readonly Rule[] = [
  { place: 'stream', least: 0, most: wholeFrame, flags: Flag.endStream | Flag.padded },
  {
    place: 'stream',
    least: 0,
    most: wholeFrame,
    flags: Flag.endStream | Flag.endHeaders | Flag.padded | Flag.priority,
  },
  // A wrong length of PRIORITY is an error of its stream only (section 6.3).
  { place: 'stream', least: 0, most: mostOfControl, flags: 0 },
  { place: 'stream', least: 4, most: 4, flags: 0 },
  { place: 'connection', least: 0, most: mostOfControl, flags: Flag.ack },
  { place: 'stream', least: 4, most: wholeFrame, flags: Flag.endHeaders | Flag.padded },
  { place: 'connection', least: 8, most: 8, flags: Flag.ack },
  { place: 'connection', least: 8, most: mostOfControl, flags: 0 },
  { place: 'either', least: 4, most: 4, flags: 0 },
  { place: 'stream', least: 0, most: wholeFrame, flags: Flag.endHeaders },
];

/** Of types that came later, or never were any (RFC 9113, section 4.1). */
const unknownType: Rule = { place: 'either', least: 0, most: mostOfControl, flags: 0xff };

/** Whether a frame can have this header: any other is no header at all, or ends the connection. */
export function isPossible({ length, type, flags, stream }: FrameHeader): boolean {
  const { place, least, most } = rules[type] ?? unknownType;
  if (place !== 'either' && (place === 'stream') !== stream > 0) return false;
  if (length < least || length > most) return false;
  return type !== FrameType.settings || (length % 6 === 0 && ((flags & Flag.ack) === 0 || length === 0));
}

/** Whether bytes that may be anything look like the header of a frame as peers send it. */
export function isPlausible(header: FrameHeader): boolean {
  const { length, type, flags } = header;
  const rule = rules[type];
  if (rule === undefined || !isPossible(header) || (flags & ~rule.flags) !== 0) return false;
  if (length > (type === FrameType.data ? mostOfContent : usualFrameSize)) return false;
  if (type === FrameType.priority) return length === 5;
  // An empty frame looks like the end of many others: only one that says something counts.
  if (type === FrameType.data && length === 0) return flags === Flag.endStream;
  if (type === FrameType.headers) return length > prefixLength(header);
  return length >= prefixLength(header);
}

/** How much of the payload stands before the content or header block. */
export function prefixLength({ type, flags }: FrameHeader): number {
  const mayBePadded = type === FrameType.data || type === FrameType.headers || type === FrameType.pushPromise;
  const padLength = mayBePadded && (flags & Flag.padded) !== 0 ? 1 : 0;
  if (type === FrameType.pushPromise) return padLength + 4;
  return padLength + (type === FrameType.headers && (flags & Flag.priority) !== 0 ? 5 : 0);
}
