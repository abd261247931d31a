import { setImmediate } from 'node:timers/promises';
import type { Counters } from '../../telemetry/counters.ts';
import type { Frame, FrameSink } from '../frame.ts';
import type { Source, SourceEnd } from '../source.ts';
import { type ByteSource, expanded, openByteSource } from './byte-source.ts';
import { createPcapReader } from './pcap.ts';
import { PcapngReader, pcapngMagic } from './pcapng.ts';
import { type FrameHandler, maxRecordLength, type RecordReader } from './record-reader.ts';
import { unknownFormat } from './unknown-format.ts';

export type CaptureFileOptions = {
  /** `-` is standard input. */
  readonly path: string;
  /** After each piece of the file; the total is unknown for pipes. */
  readonly onProgress?: (bytesRead: number, totalBytes: number | undefined) => void;
  /** Asked after each piece of the file: while its promise is pending, nothing more is read. */
  readonly ready?: () => Promise<void> | undefined;
};

/** Capture time between ticks, microseconds. */
const tickInterval = 100_000;

/** One piece: small enough that the event loop gets its turn every few milliseconds. Only larger records make it grow. */
const initialBufferLength = 1024 * 1024;

/** A pcap or pcapng file, also compressed with gzip. After damage nothing more is read, and `run` says where it begins. */
export function createCaptureFileSource(options: CaptureFileOptions, counters: Counters): Source {
  return new CaptureFileSource(options, counters);
}

class CaptureFileSource implements Source {
  readonly #options: CaptureFileOptions;
  readonly #counters: Counters;
  readonly #name: string;
  #file: ByteSource | undefined;
  #reader: RecordReader | undefined;
  #buffer: Buffer = Buffer.allocUnsafeSlow(initialBufferLength);
  /** How many bytes of the buffer wait to be decoded, and where in the file the first of them was. */
  #waiting = 0;
  #offset = 0;
  #packets = 0;
  #stopping = false;

  constructor(options: CaptureFileOptions, counters: Counters) {
    this.#options = options;
    this.#counters = counters;
    this.#name = options.path === '-' ? 'Standard input' : `Capture file ${options.path}`;
  }

  async run(sink: FrameSink): Promise<SourceEnd> {
    try {
      // Kept before its first bytes have come, so that `stop` can close a pipe on which none ever do.
      this.#file = await openByteSource(this.#options.path);
      if (!this.#stopping) this.#file = await expanded(this.#file);
    } catch (error) {
      return { kind: 'failed', message: `${this.#name} cannot be opened: ${reasonOf(error)}.` };
    }
    const failure = await this.#readAll(this.#file, this.#frameHandler(sink));
    this.#file.close();
    if (this.#stopping) return { kind: 'stopped' };
    return failure === undefined ? { kind: 'finished' } : { kind: 'failed', message: `${this.#name} ${failure}.` };
  }

  stop(): void {
    this.#stopping = true;
    this.#file?.close();
  }

  /** Returns why not all could be read. */
  async #readAll(file: ByteSource, onFrame: FrameHandler): Promise<string | undefined> {
    while (!this.#stopping) {
      let count: number;
      try {
        count = await file.read(this.#buffer, this.#waiting);
      } catch (error) {
        return `cannot be read ${this.#place(this.#waiting)}: ${reasonOf(error)}`;
      }
      if (count === 0) return this.#rest();
      this.#waiting += count;
      const damage = this.#decode(onFrame);
      if (damage !== undefined) return damage;
      this.#options.onProgress?.(file.position, file.size);
      // Without this, reads that are answered at once would starve whoever writes the records.
      await setImmediate();
      await this.#options.ready?.();
    }
    return undefined;
  }

  /** Returns why what follows cannot be decoded. */
  #decode(onFrame: FrameHandler): string | undefined {
    if (!this.#reader) {
      if (this.#waiting < 4) return undefined;
      this.#reader = createReader(this.#buffer.readUInt32BE(0), onFrame);
      if (!this.#reader) return unknownFormat(this.#buffer.subarray(0, Math.min(this.#waiting, 64)));
    }
    const used = this.#reader.read(this.#buffer, 0, this.#waiting);
    this.#buffer.copyWithin(0, used, this.#waiting);
    this.#waiting -= used;
    this.#offset += used;
    if (this.#waiting === this.#buffer.length) this.#buffer = grown(this.#buffer);
    return this.#reader.damage && `cannot be read ${this.#place(0)}: ${this.#reader.damage}`;
  }

  /** At the end of the file: returns what is wrong with the bytes that are left. */
  #rest(): string | undefined {
    if (!this.#reader) return unknownFormat(this.#buffer.subarray(0, this.#waiting));
    if (this.#waiting === 0) return undefined;
    return `is cut short ${this.#place(0)}: only ${this.#waiting} bytes are left of what begins there`;
  }

  #place(ahead: number): string {
    const packets = this.#packets === 1 ? '1 packet' : `${this.#packets} packets`;
    const content = this.#file?.isExpanded ? ' of its expanded content' : '';
    return `beyond byte ${this.#offset + ahead}${content}, after ${packets}`;
  }

  /** Counts frames and keeps the clock going: a tick whenever capture time has moved on far enough, never backwards. */
  #frameHandler(sink: FrameSink): FrameHandler {
    const counters = this.#counters;
    let nextTick = Number.NEGATIVE_INFINITY;
    return (frame: Frame) => {
      if (frame.time >= nextTick) {
        if (this.#packets > 0) sink.tick(frame.time);
        nextTick = frame.time + tickInterval;
      }
      this.#packets += 1;
      counters.frames_received += 1;
      sink.frame(frame);
    };
  }
}

function createReader(magic: number, onFrame: FrameHandler): RecordReader | undefined {
  return magic === pcapngMagic ? new PcapngReader(onFrame) : createPcapReader(magic, onFrame);
}

/** Twice as large, as long as a record could be: memory follows the bytes that are there, not what a length field says. */
function grown(buffer: Buffer): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.min(buffer.length * 2, maxRecordLength));
  buffer.copy(larger);
  return larger;
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
