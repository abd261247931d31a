import { type Frame, LinkType } from '../../../src/capture/frame.ts';
import type { CapturedPacket } from '../program/run-pipeline.ts';

const tcp = 6;
const vlanTypes = new Set([0x8100, 0x88a8, 0x9100]);

/** The IP packets of a capture, without what the link put around them; `undefined` if a frame is of another kind. */
export function ipPacketsOf(frames: readonly Frame[]): CapturedPacket[] | undefined {
  const packets: CapturedPacket[] = [];
  for (const frame of frames) {
    const start = ipStart(frame);
    if (start === undefined) return undefined;
    if (start === 'other') continue;
    const length = ipLength(frame.bytes.subarray(start));
    const bytes = frame.bytes.subarray(start, length === undefined ? undefined : start + length);
    const wireLength = Math.min(frame.wireLength - start, length ?? Number.POSITIVE_INFINITY);
    packets.push({ time: frame.time, bytes, wireLength: Math.max(wireLength, bytes.length) });
  }
  return packets;
}

function ipStart({ bytes, linkType }: Frame): number | 'other' | undefined {
  if (linkType === LinkType.raw) return 0;
  if (linkType === LinkType.null) return 4;
  if (linkType === LinkType.linuxCooked) return behindType(bytes, 14);
  if (linkType !== LinkType.ethernet) return undefined;
  let at = 12;
  while (at + 2 <= bytes.length && vlanTypes.has(bytes.readUInt16BE(at))) at += 4;
  return behindType(bytes, at);
}

function behindType(bytes: Buffer, at: number): number | 'other' {
  if (bytes.length < at + 22) return 'other';
  return [0x0800, 0x86dd].includes(bytes.readUInt16BE(at)) ? at + 2 : 'other';
}

/** What the header says; `undefined` for 0, which leaves it to the frame. */
function ipLength(bytes: Buffer): number | undefined {
  const isIpv6 = bytes.readUInt8(0) >> 4 === 6;
  const length = isIpv6 ? bytes.readUInt16BE(4) : bytes.readUInt16BE(2);
  if (length === 0) return undefined;
  return isIpv6 ? length + 40 : length;
}

/** Where the parts of a TCP packet lie, if it is a plain one: whole, and without extension headers. */
export type TcpParts = {
  readonly isIpv6: boolean;
  readonly segment: number;
  readonly payload: number;
  readonly flow: string;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
};

export function tcpParts(bytes: Buffer): TcpParts | undefined {
  if (bytes.length < 40) return undefined;
  const isIpv6 = bytes.readUInt8(0) >> 4 === 6;
  const segment = isIpv6 ? 40 : (bytes.readUInt8(0) & 15) * 4;
  const isPlain = isIpv6
    ? bytes.readUInt8(6) === tcp
    : bytes.readUInt8(9) === tcp && (bytes.readUInt16BE(6) & 0x3fff) === 0;
  if (!isPlain || bytes.length < segment + 20) return undefined;
  const addresses = isIpv6 ? bytes.subarray(8, 40) : bytes.subarray(12, 20);
  return {
    isIpv6,
    segment,
    payload: segment + (bytes.readUInt8(segment + 12) >> 4) * 4,
    flow: addresses.toString('hex') + bytes.toString('hex', segment, segment + 4),
    sequence: bytes.readUInt32BE(segment + 4),
    acknowledgment: bytes.readUInt32BE(segment + 8),
    flags: bytes.readUInt8(segment + 13),
  };
}

export function isCut({ bytes, wireLength = bytes.length }: CapturedPacket): boolean {
  return bytes.length < wireLength;
}
