import type { Verdict } from './verdict.ts';

/** The header of a TLS record: handshake, or in an older connection anything else (RFC 8446, section 5.1). */
export function looksLikeTls(bytes: Buffer, start: number, end: number): Verdict {
  const type = bytes[start] as number;
  if (end === start) return 'more';
  if (type < 0x14 || type > 0x17) return 'no';
  if (end - start < 5) return end - start > 1 && bytes[start + 1] !== 3 ? 'no' : 'more';
  const length = bytes.readUInt16BE(start + 3);
  const isRecord = bytes[start + 1] === 3 && (bytes[start + 2] as number) <= 4 && length > 0 && length <= 0x4800;
  return isRecord ? 'yes' : 'no';
}

/**
 * A message of Fluentd's Forward protocol (MessagePack): an array of two to four whose first element is a text, the tag
 * or a greeting. It may carry anything, logged HTTP too.
 */
export function looksLikeForward(bytes: Buffer, start: number, end: number): Verdict {
  if (end === start) return 'more';
  const array = bytes[start] as number;
  if (array < 0x92 || array > 0x94) return 'no';
  if (end - start < 2) return 'more';
  const text = bytes[start + 1] as number;
  return (text > 0xa0 && text <= 0xbf) || text === 0xd9 || text === 0xda ? 'yes' : 'no';
}
