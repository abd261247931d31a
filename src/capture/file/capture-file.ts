import { amount, amountWith } from '../../telemetry/amount.ts';
import type { Frame } from '../frame.ts';
import type { ByteSource } from './byte-source.ts';
import { expanded } from './expanded.ts';
import { openByteSource } from './open-byte-source.ts';
import { createPcapReader } from './pcap.ts';
import { PcapngReader, pcapngMagic } from './pcapng.ts';
import { type FrameHandler, maxRecordLength, type RecordReader } from './record-reader.ts';
import { unknownFormat } from './unknown-format.ts';

const nothing = Buffer.alloc(0);

/**
 * One pcap or pcapng file, also compressed with gzip, whose frames are handed over up to a time, then up to a later
 * one. After damage nothing more is read, and `failure` says where it begins.
 */
export class CaptureFile {
  /** When the next frame was captured, as far as it has been looked at. */
  nextTime = Number.NEGATIVE_INFINITY;
  /** There is nothing more to hand over; if not all could be read, `failure` is a sentence about it. */
  isEnded = false;
  failure: string | undefined;
  /** Bytes taken from the file so far, and all that it has, where that is known. */
  position = 0;
  size: number | undefined;
  readonly #path: string;
  readonly #onFrame: (frame: Frame) => void;
  #file: ByteSource | undefined;
  #reader: RecordReader | undefined;
  #buffer: Buffer = nothing;
  /** What waits to be decoded is `#buffer[#start, #end)`; `#offset` is where in the file it begins. */
  #start = 0;
  #end = 0;
  #offset = 0;
  #packets = 0;
  #limit = Number.NEGATIVE_INFINITY;
  #hasRefused = false;
  #isClosed = false;

  /** `-` is standard input. */
  constructor(path: string, onFrame: (frame: Frame) => void) {
    this.#path = path;
    this.#onFrame = onFrame;
  }

  get isOpen(): boolean {
    return this.#file !== undefined;
  }

  /** Begins at the beginning, with a buffer of that many bytes, which only larger records make grow. */
  async open(bufferLength: number): Promise<void> {
    try {
      // Kept before its first bytes have come, so that `close` can end the wait for a pipe on which none ever do.
      this.#file = await openByteSource(this.#path);
      if (!this.#isClosed) this.#file = await expanded(this.#file);
    } catch (error) {
      return this.fail(`cannot be opened: ${reasonOf(error)}`);
    }
    if (this.#isClosed) return this.#file.close();
    this.#buffer = Buffer.allocUnsafeSlow(bufferLength);
    this.#reader = undefined;
    this.#start = this.#end = this.#offset = this.#packets = 0;
    this.position = 0;
    this.size = this.#file.size;
  }

  /** Reads what is at hand, at most as much as the buffer takes. */
  async fill(): Promise<void> {
    const file = this.#file;
    if (file === undefined || this.isEnded) return;
    this.#makeRoom();
    let count: number;
    try {
      count = await file.read(this.#buffer, this.#end);
    } catch (error) {
      return this.fail(`cannot be read ${this.#place(this.#end - this.#start)}: ${reasonOf(error)}`);
    }
    if (this.#isClosed) return;
    this.position = file.position;
    this.#end += count;
    if (count > 0) return;
    const problem = this.#rest();
    if (problem === undefined) this.#finish();
    else this.fail(problem);
  }

  /**
   * Hands over frames until one was captured later than `limit` (microseconds since the epoch). False when that takes
   * more bytes.
   */
  handOver(limit: number): boolean {
    if (this.#end - this.#start < 4 && !this.#reader) return this.isEnded;
    this.#reader ??= this.#createReader();
    if (!this.#reader) return true;
    this.#limit = limit;
    this.#hasRefused = false;
    const used = this.#reader.read(this.#buffer, this.#start, this.#end);
    this.#offset += used - this.#start;
    this.#start = used;
    const { damage } = this.#reader;
    if (damage !== undefined) this.fail(`cannot be read ${this.#place(0)}: ${damage}`);
    return this.#hasRefused || this.isEnded;
  }

  /** Ends it: `because` is the end of a sentence about it. */
  fail(because: string): void {
    this.failure = `${this.#path === '-' ? 'Standard input' : `Capture file ${this.#path}`} ${because}.`;
    this.#finish();
  }

  /** Gives everything back, until it is opened again. */
  suspend(): void {
    this.#file?.close();
    this.#file = undefined;
    this.#buffer = nothing;
    this.#start = this.#end = 0;
  }

  /** For good; a read under way resolves soon. */
  close(): void {
    this.#isClosed = true;
    this.#file?.close();
  }

  #finish(): void {
    this.isEnded = true;
    this.suspend();
  }

  readonly #take: FrameHandler = (frame) => {
    if (frame.time > this.#limit) {
      this.nextTime = frame.time;
      this.#hasRefused = true;
      return false;
    }
    this.#packets++;
    this.#onFrame(frame);
    return true;
  };

  #createReader(): RecordReader | undefined {
    const magic = this.#buffer.readUInt32BE(this.#start);
    const reader = magic === pcapngMagic ? new PcapngReader(this.#take) : createPcapReader(magic, this.#take);
    if (!reader) this.fail(unknownFormat(this.#buffer.subarray(this.#start, Math.min(this.#end, this.#start + 64))));
    return reader;
  }

  /** At the end of the file: returns what is wrong with the bytes that are left. */
  #rest(): string | undefined {
    const left = this.#end - this.#start;
    if (!this.#reader) return unknownFormat(this.#buffer.subarray(this.#start, this.#end));
    if (left === 0) return undefined;
    return `is cut short ${this.#place(0)}: only ${amountWith(left, 'byte', ['is', 'are'])} left of what begins there`;
  }

  #place(ahead: number): string {
    const content = this.#file?.isExpanded ? ' of its expanded content' : '';
    return `beyond byte ${this.#offset + ahead}${content}, after ${amount(this.#packets, 'packet')}`;
  }

  /** Twice as large, if must be: memory follows the bytes that are there, not what a length field says. */
  #makeRoom(): void {
    const from = this.#buffer;
    const isFull = this.#end - this.#start === from.length;
    if (isFull) this.#buffer = Buffer.allocUnsafeSlow(Math.min(from.length * 2, maxRecordLength));
    from.copy(this.#buffer, 0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
  }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EISDIR', 'it is a directory'],
  ['Z_BUF_ERROR', 'its gzip data ends too early'],
  ['Z_DATA_ERROR', 'its gzip data is damaged'],
]);

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return reasons.get(code) ?? message;
}
