import { viewOf } from '../../bytes/view-of.ts';
import { amount } from '../../telemetry/amount.ts';
import {
  createFrame,
  type FrameHandler,
  maxPacketLength,
  maxRecordLength,
  type RecordReader,
  registeredLinkType,
} from './record-reader.ts';
import { microsecondClock, type ToMicroseconds } from './timestamp-units.ts';

/** The first four bytes of every section, the same in both byte orders. */
export const pcapngMagic = 0x0a0d0d0a;
const byteOrderMagic = 0x1a2b3c4d;

const Block = { section: pcapngMagic, interface: 1, obsoletePacket: 2, simplePacket: 3, enhancedPacket: 6 } as const;
/** Options by the code and length that they must have. */
const Option = {
  packetFlags: { code: 2, length: 4 },
  timeResolution: { code: 9, length: 1 },
  timeOffset: { code: 14, length: 8 },
} as const;

/**
 * Fewer than the field for it in the oldest packet block can name; a bound on what a damaged file can make us remember.
 */
const maxInterfaces = 65_535;

type Interface = {
  readonly linkType: number;
  /** 0 means no limit. */
  readonly snapLength: number;
  readonly maxPacketLength: number;
  readonly toMicroseconds: ToMicroseconds;
};

/** Reads pcapng (draft-ietf-opsawg-pcapng): sections of blocks, each with its own byte order and interfaces. */
export class PcapngReader implements RecordReader {
  damage: string | undefined;
  readonly #onFrame: FrameHandler;
  readonly #frame = createFrame();
  #view = viewOf(this.#frame.bytes);
  #littleEndian = true;
  #interfaces: Interface[] = [];

  constructor(onFrame: FrameHandler) {
    this.#onFrame = onFrame;
  }

  read(bytes: Buffer, start: number, end: number): number {
    if (this.#frame.bytes !== bytes) {
      this.#frame.bytes = bytes;
      this.#view = viewOf(bytes);
    }
    const view = this.#view;
    let offset = start;
    while (end - offset >= 12) {
      const type = view.getUint32(offset, this.#littleEndian);
      if (type === Block.section && !this.#readByteOrder(offset)) break;
      const length = view.getUint32(offset + 4, this.#littleEndian);
      if (length < 12 || length % 4 !== 0 || length > maxRecordLength) {
        this.damage = `a block cannot be ${amount(length, 'byte')} long`;
        break;
      }
      const next = offset + length;
      if (next > end) break;
      const repeated = view.getUint32(next - 4, this.#littleEndian);
      if (repeated !== length) {
        this.damage = `the length of a block is ${length} at its beginning and ${repeated} at its end`;
        break;
      }
      if (!this.#readBlock(type, offset + 8, next - 4) || this.damage !== undefined) break;
      offset = next;
    }
    return offset;
  }

  #readByteOrder(offset: number): boolean {
    const magic = this.#view.getUint32(offset + 8, true);
    this.#littleEndian = magic === byteOrderMagic;
    if (this.#littleEndian || this.#view.getUint32(offset + 8, false) === byteOrderMagic) return true;
    this.damage = 'a section does not tell its byte order';
    return false;
  }

  /** `start` and `end` enclose the body of the block. False where it is damaged or its frame was not taken. */
  #readBlock(type: number, start: number, end: number): boolean {
    if (type === Block.enhancedPacket) return this.#readPacket(start, end, true);
    if (type === Block.simplePacket) return this.#readSimplePacket(start, end);
    if (type === Block.obsoletePacket) return this.#readPacket(start, end, false);
    if (type === Block.interface) this.#readInterface(start, end);
    else if (type === Block.section) this.#readSection(start, end);
    return true;
  }

  #readSection(start: number, end: number): void {
    if (!this.#holds(end - start, 16, 'a section header')) return;
    const major = this.#view.getUint16(start + 4, this.#littleEndian);
    const minor = this.#view.getUint16(start + 6, this.#littleEndian);
    if (major !== 1) this.damage = `its format version is ${major}.${minor}, and only 1.x is understood`;
    this.#interfaces = [];
  }

  #readInterface(start: number, end: number): void {
    if (!this.#holds(end - start, 8, 'an interface description')) return;
    if (this.#interfaces.length >= maxInterfaces) {
      this.damage = `a section cannot have more than ${maxInterfaces} interfaces`;
      return;
    }
    const view = this.#view;
    const snapLength = view.getUint32(start + 4, this.#littleEndian);
    const resolution = this.#option(start + 8, end, Option.timeResolution);
    const timeOffset = this.#option(start + 8, end, Option.timeOffset);
    this.#interfaces.push({
      linkType: registeredLinkType(view.getUint16(start, this.#littleEndian)),
      snapLength,
      maxPacketLength: maxPacketLength(snapLength),
      toMicroseconds: microsecondClock(
        resolution === undefined ? 6 : view.getUint8(resolution),
        timeOffset === undefined ? 0 : Number(view.getBigInt64(timeOffset, this.#littleEndian)),
      ),
    });
  }

  /** Enhanced or obsolete: they differ in how wide the number of the interface is. */
  #readPacket(start: number, end: number, isEnhanced: boolean): boolean {
    if (!this.#holds(end - start, 20, 'a packet block')) return false;
    const view = this.#view;
    const littleEndian = this.#littleEndian;
    const on = this.#interface(isEnhanced ? view.getUint32(start, littleEndian) : view.getUint16(start, littleEndian));
    const length = view.getUint32(start + 12, littleEndian);
    if (!on || !this.#fits(length, end - start - 20, on)) return false;
    const options = start + 20 + ((length + 3) & ~3);
    this.#frame.direction = end - options >= 8 ? this.#direction(options, end) : undefined;
    const high = view.getUint32(start + 4, littleEndian);
    const low = view.getUint32(start + 8, littleEndian);
    this.#frame.time = on.toMicroseconds(high, low);
    this.#frame.start = start + 20;
    this.#frame.end = start + 20 + length;
    return this.#handOver(on, view.getUint32(start + 16, littleEndian));
  }

  /** Belongs to the first interface and has no time: the time of the packet before it is kept. */
  #readSimplePacket(start: number, end: number): boolean {
    if (!this.#holds(end - start, 4, 'a packet block')) return false;
    const on = this.#interface(0);
    if (!on) return false;
    const wireLength = this.#view.getUint32(start, this.#littleEndian);
    const length = Math.min(wireLength, on.snapLength || wireLength, end - start - 4);
    if (!this.#fits(length, end - start - 4, on)) return false;
    this.#frame.direction = undefined;
    this.#frame.start = start + 4;
    this.#frame.end = start + 4 + length;
    return this.#handOver(on, wireLength);
  }

  #handOver(on: Interface, wireLength: number): boolean {
    const frame = this.#frame;
    frame.linkType = on.linkType;
    frame.wireLength = Math.max(frame.end - frame.start, wireLength);
    return this.#onFrame(frame);
  }

  #interface(index: number): Interface | undefined {
    const on = this.#interfaces[index];
    if (!on) this.damage = `a packet belongs to interface ${index}, which is not described`;
    return on;
  }

  #fits(length: number, room: number, on: Interface): boolean {
    if (length <= room && length <= on.maxPacketLength) return true;
    this.damage = `a packet in a block of ${amount(room, 'byte')} cannot be ${amount(length, 'byte')} long`;
    return false;
  }

  #holds(length: number, least: number, what: string): boolean {
    if (length >= least) return true;
    this.damage = `${what} is only ${amount(length, 'byte')} long`;
    return false;
  }

  #direction(start: number, end: number): 'in' | 'out' | undefined {
    const flags = this.#option(start, end, Option.packetFlags);
    if (flags === undefined) return undefined;
    const bits = this.#view.getUint32(flags, this.#littleEndian) & 3;
    return bits === 1 ? 'in' : bits === 2 ? 'out' : undefined;
  }

  /** Where the value of the first such option begins. */
  #option(start: number, end: number, wanted: (typeof Option)[keyof typeof Option]): number | undefined {
    let offset = start;
    while (end - offset >= 4) {
      const code = this.#view.getUint16(offset, this.#littleEndian);
      const length = this.#view.getUint16(offset + 2, this.#littleEndian);
      if (code === 0 || length > end - offset - 4) return undefined;
      if (code === wanted.code && length === wanted.length) return offset + 4;
      offset += 4 + ((length + 3) & ~3);
    }
    return undefined;
  }
}
