import { viewOf } from '../../bytes/view-of.ts';
import { amount } from '../../telemetry/amount.ts';
import {
  createFrame,
  type FrameHandler,
  maxPacketLength,
  type RecordReader,
  registeredLinkType,
} from './record-reader.ts';

type Variant = {
  readonly littleEndian: boolean;
  /** How many units of the fraction field make a microsecond. */
  readonly unitsPerMicrosecond: 1 | 1000;
  readonly recordHeaderLength: 16 | 24;
};

/**
 * By the first four bytes read as a big-endian number; the last is Alexey Kuznetzov's variant with longer record
 * headers.
 */
const variants: ReadonlyMap<number, Variant> = new Map<number, Variant>([
  [0xa1b2c3d4, { littleEndian: false, unitsPerMicrosecond: 1, recordHeaderLength: 16 }],
  [0xd4c3b2a1, { littleEndian: true, unitsPerMicrosecond: 1, recordHeaderLength: 16 }],
  [0xa1b23c4d, { littleEndian: false, unitsPerMicrosecond: 1000, recordHeaderLength: 16 }],
  [0x4d3cb2a1, { littleEndian: true, unitsPerMicrosecond: 1000, recordHeaderLength: 16 }],
  [0xa1b2cd34, { littleEndian: false, unitsPerMicrosecond: 1, recordHeaderLength: 24 }],
  [0x34cdb2a1, { littleEndian: true, unitsPerMicrosecond: 1, recordHeaderLength: 24 }],
]);

const fileHeaderLength = 24;

/**
 * The reader for a file that begins with `magic` (its first four bytes as a big-endian number), if it is a pcap file.
 */
export function createPcapReader(magic: number, onFrame: FrameHandler): RecordReader | undefined {
  const variant = variants.get(magic);
  return variant && new PcapReader(variant, onFrame);
}

/** Reads pcap (draft-ietf-opsawg-pcap): a file header, then packets behind record headers of a fixed size. */
class PcapReader implements RecordReader {
  damage: string | undefined;
  readonly #variant: Variant;
  readonly #onFrame: FrameHandler;
  readonly #frame = createFrame();
  #view = viewOf(this.#frame.bytes);
  #headerRead = false;
  #maxPacketLength = 0;

  constructor(variant: Variant, onFrame: FrameHandler) {
    this.#variant = variant;
    this.#onFrame = onFrame;
  }

  read(bytes: Buffer, start: number, end: number): number {
    if (this.#frame.bytes !== bytes) {
      this.#frame.bytes = bytes;
      this.#view = viewOf(bytes);
    }
    if (this.#headerRead) return this.#readRecords(start, end);
    if (end - start < fileHeaderLength || !this.#readFileHeader(start)) return start;
    return this.#readRecords(start + fileHeaderLength, end);
  }

  #readFileHeader(start: number): boolean {
    const view = this.#view;
    const { littleEndian } = this.#variant;
    const major = view.getUint16(start + 4, littleEndian);
    const minor = view.getUint16(start + 6, littleEndian);
    if (major !== 2 || minor < 3) {
      this.damage = `its format version is ${major}.${minor}, and only 2.3 and later 2.x are understood`;
      return false;
    }
    this.#maxPacketLength = maxPacketLength(view.getUint32(start + 16, littleEndian));
    // The upper half tells the length of the frame check sequence, which the IP length field makes superfluous.
    this.#frame.linkType = registeredLinkType(view.getUint32(start + 20, littleEndian) & 0xffff);
    this.#headerRead = true;
    return true;
  }

  #readRecords(start: number, end: number): number {
    const { littleEndian, unitsPerMicrosecond, recordHeaderLength } = this.#variant;
    const view = this.#view;
    const frame = this.#frame;
    const onFrame = this.#onFrame;
    let offset = start;
    while (end - offset >= recordHeaderLength) {
      const length = view.getUint32(offset + 8, littleEndian);
      if (length > this.#maxPacketLength) {
        this.damage = `a packet cannot be ${amount(length, 'byte')} long`;
        break;
      }
      const next = offset + recordHeaderLength + length;
      if (next > end) break;
      const fraction = view.getUint32(offset + 4, littleEndian);
      frame.time = view.getUint32(offset, littleEndian) * 1e6 + Math.floor(fraction / unitsPerMicrosecond);
      frame.start = offset + recordHeaderLength;
      frame.end = next;
      frame.wireLength = Math.max(length, view.getUint32(offset + 12, littleEndian));
      if (!onFrame(frame)) break;
      offset = next;
    }
    return offset;
  }
}
