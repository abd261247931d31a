import { LinkType } from '../../../src/capture/frame.ts';
import { type ByteOrder, ByteWriter } from '../packet/byte-writer.ts';

/** One packet to be written. */
export type WrittenFrame = {
  /** Microseconds since the epoch; a fraction is kept where the format has room for it. */
  readonly time: number;
  readonly bytes: Buffer;
  /** Length on the wire when it differs from `bytes`. */
  readonly wireLength?: number;
  /** pcapng: index of the interface, 0 by default. */
  readonly interface?: number;
  /** pcapng: written as a flags option. */
  readonly direction?: 'in' | 'out';
};

export type PcapOptions = {
  readonly byteOrder?: ByteOrder;
  /** Of time stamps. */
  readonly resolution?: 'microseconds' | 'nanoseconds';
  readonly linkType?: number;
  readonly snapLength?: number;
  /** Alexey Kuznetzov's variant with 24-byte record headers. */
  readonly modified?: boolean;
};

/** A pcap file (draft-ietf-opsawg-pcap); packets are cut at the snap length. */
export function pcapFile(frames: readonly WrittenFrame[], options: PcapOptions = {}): Buffer {
  const { byteOrder = 'little', linkType = LinkType.ethernet, snapLength = 262144, modified = false } = options;
  const nanoseconds = options.resolution === 'nanoseconds';
  const out = new ByteWriter(byteOrder);
  out.u32(modified ? 0xa1b2cd34 : nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
  out.u16(2).u16(4).u32(0).u32(0).u32(snapLength).u32(linkType);
  for (const frame of frames) {
    const bytes = frame.bytes.subarray(0, snapLength);
    const { seconds, nanos } = splitTime(frame.time);
    out.u32(seconds).u32(nanoseconds ? nanos : Math.floor(nanos / 1000));
    out.u32(bytes.length).u32(frame.wireLength ?? frame.bytes.length);
    if (modified) out.u32(1).u16(0x0800).u8(0).u8(0);
    out.bytes(bytes);
  }
  return out.written();
}

export type WrittenInterface = {
  readonly linkType?: number;
  readonly snapLength?: number;
  /** Time stamp units per second, as a power of 10 or of 2; 10^6 without an option by default. */
  readonly resolution?: { readonly base: 2 | 10; readonly exponent: number };
  /** Seconds added to every time stamp. */
  readonly timeOffset?: number;
};

export type PcapngOptions = {
  readonly byteOrder?: ByteOrder;
  readonly interfaces?: readonly WrittenInterface[];
  /** Enhanced packet blocks by default; simple ones have no time, obsolete ones are from before 2009. */
  readonly packetBlock?: 'enhanced' | 'simple' | 'obsolete';
};

/** One section of a pcapng file (draft-ietf-opsawg-pcapng); sections written after each other are a file too. */
export function pcapngFile(frames: readonly WrittenFrame[], options: PcapngOptions = {}): Buffer {
  const { byteOrder = 'little', interfaces = [{}], packetBlock = 'enhanced' } = options;
  const out = new ByteWriter(byteOrder);
  block(out, 0x0a0d0d0a, () => out.u32(0x1a2b3c4d).u16(1).u16(0).i64(-1n));
  for (const each of interfaces) interfaceBlock(out, each);
  for (const frame of frames) packetBlocks[packetBlock](out, frame, interfaces[frame.interface ?? 0] ?? {});
  return out.written();
}

/** Any pcapng block: `body` is padded to whole words. */
export function pcapngBlock(type: number, body: Buffer, byteOrder: ByteOrder = 'little'): Buffer {
  const out = new ByteWriter(byteOrder);
  block(out, type, () => out.bytes(body));
  return out.written();
}

const packetBlocks = { enhanced: enhancedPacket, simple: simplePacket, obsolete: obsoletePacket };

function block(out: ByteWriter, type: number, writeBody: () => void): void {
  const start = out.length;
  out.u32(type).u32(0);
  writeBody();
  const length = out.pad().length + 4 - start;
  out.u32(length).putU32(start + 4, length);
}

function interfaceBlock(out: ByteWriter, on: WrittenInterface): void {
  const { resolution, timeOffset } = on;
  block(out, 1, () => {
    out
      .u16(on.linkType ?? LinkType.ethernet)
      .u16(0)
      .u32(on.snapLength ?? 0);
    if (resolution) option(out, 9, 1, () => out.u8((resolution.base === 2 ? 0x80 : 0) | resolution.exponent));
    if (timeOffset !== undefined) option(out, 14, 8, () => out.i64(BigInt(timeOffset)));
    if (resolution || timeOffset !== undefined) out.u32(0);
  });
}

function enhancedPacket(out: ByteWriter, frame: WrittenFrame, on: WrittenInterface): void {
  const packet = cut(frame, on);
  const { direction } = frame;
  block(out, 6, () => {
    out.u32(frame.interface ?? 0);
    timeStamp(out, frame, on);
    out.u32(packet.length).u32(wireLength(frame)).bytes(packet).pad();
    if (!direction) return;
    option(out, 1, 3, () => out.bytes(Buffer.from('odd')));
    option(out, 2, 4, () => out.u32(direction === 'in' ? 1 : 2));
    out.u32(0);
  });
}

function simplePacket(out: ByteWriter, frame: WrittenFrame, on: WrittenInterface): void {
  block(out, 3, () => out.u32(wireLength(frame)).bytes(cut(frame, on)));
}

function obsoletePacket(out: ByteWriter, frame: WrittenFrame, on: WrittenInterface): void {
  const packet = cut(frame, on);
  block(out, 2, () => {
    out.u16(frame.interface ?? 0).u16(0);
    timeStamp(out, frame, on);
    out.u32(packet.length).u32(wireLength(frame)).bytes(packet);
  });
}

function timeStamp(out: ByteWriter, frame: WrittenFrame, on: WrittenInterface): void {
  const { base, exponent } = on.resolution ?? { base: 10, exponent: 6 };
  const { seconds, nanos } = splitTime(frame.time);
  const sinceOffset = BigInt(seconds - (on.timeOffset ?? 0)) * 1_000_000_000n + BigInt(nanos);
  const units = (sinceOffset * BigInt(base) ** BigInt(exponent)) / 1_000_000_000n;
  out.u32(Number((units >> 32n) & 0xffffffffn)).u32(Number(units & 0xffffffffn));
}

function option(out: ByteWriter, code: number, length: number, writeValue: () => void): void {
  out.u16(code).u16(length);
  writeValue();
  out.pad();
}

function splitTime(time: number): { seconds: number; nanos: number } {
  const seconds = Math.floor(time / 1e6);
  return { seconds, nanos: Math.round((time - seconds * 1e6) * 1000) };
}

function cut(frame: WrittenFrame, on: WrittenInterface): Buffer {
  return on.snapLength ? frame.bytes.subarray(0, on.snapLength) : frame.bytes;
}

function wireLength(frame: WrittenFrame): number {
  return frame.wireLength ?? frame.bytes.length;
}
