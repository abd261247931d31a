import { int32 } from '../bytes/integers.ts';

/** The longest: two bytes, a length of 64 bits and a masking key. */
export const maxHeaderBytes = 14;

const continuation = 0;
const text = 1;
const binary = 2;
export const closeOpcode = 8;
const ping = 9;
const pong = 10;
const opcodes: ReadonlySet<number> = new Set([continuation, text, binary, closeOpcode, ping, pong]);
/** Of the upper half of a length: what is beyond is no length of anything. */
const maxUpperHalf = 0x1f_ffff;

/** The header of a frame (RFC 6455, section 5.2). */
export type FrameHeader = {
  /** The last frame of its message. */
  readonly isFinal: boolean;
  readonly opcode: number;
  /** Bits that mean something to an extension only are set. */
  readonly isExtended: boolean;
  readonly isMasked: boolean;
  /** Bytes behind the header. */
  readonly length: number;
};

/** How many bytes a header takes that begins with these two. */
export function headerBytes(second: number): number {
  const length = second & 0x7f;
  return 2 + (length === 127 ? 8 : length === 126 ? 2 : 0) + (second & 0x80 ? 4 : 0);
}

/** Reads a whole header; undefined if no frame begins like this. */
export function readFrameHeader(head: Buffer): FrameHeader | undefined {
  const [first = 0, second = 0] = head;
  const opcode = first & 0x0f;
  const isFinal = (first & 0x80) !== 0;
  const length = payloadLength(head, second & 0x7f);
  if (length === undefined || !opcodes.has(opcode)) return undefined;
  // Control frames are short and whole, so that they fit between the frames of a message.
  if (isControl(opcode) && (!isFinal || length > 125)) return undefined;
  return { isFinal, opcode, isExtended: (first & 0x70) !== 0, isMasked: (second & 0x80) !== 0, length };
}

export function isControl(opcode: number): boolean {
  return opcode >= closeOpcode;
}

export function isContinuation(opcode: number): boolean {
  return opcode === continuation;
}

function payloadLength(head: Buffer, short: number): number | undefined {
  if (short < 126) return short;
  if (short === 126) return head.readUInt16BE(2);
  const upper = int32(head, 2) >>> 0;
  return upper > maxUpperHalf ? undefined : upper * 0x1_0000_0000 + (int32(head, 6) >>> 0);
}
