import type { RequestHead, ResponseHead } from '../../http/head.ts';
import type { Chunk } from '../../tcp/stream.ts';
import type { MessageFormat } from '../message-format.ts';
import type { LostReason } from '../message-handler.ts';
import { EmptyLines } from './empty-lines.ts';
import { HeadReader, type HeadReading, type HoldMonitor } from './head-reader.ts';
import { Resynchroniser } from './resynchroniser.ts';
import { StartedMessage } from './started-message.ts';

const malformed = { kind: 'malformed' } as const;

/** Finds where the head of a message begins, in step with its sender or after loss, and reads it from there. */
export class HeadFinder<Head extends RequestHead | ResponseHead> {
  /** Where the message in progress began. */
  readonly started = new StartedMessage();
  readonly #reader: HeadReader<Head>;
  readonly #emptyLines = new EmptyLines();
  readonly #resynchroniser: Resynchroniser<Head>;

  constructor(format: MessageFormat<Head>, monitor: HoldMonitor) {
    this.#reader = new HeadReader(format, monitor);
    this.#resynchroniser = new Resynchroniser(format);
  }

  /** How many bytes of an unfinished head are kept. */
  get length(): number {
    return this.#reader.length;
  }

  /** What is kept is known to be a head. */
  get isRecognised(): boolean {
    return this.#reader.isRecognised;
  }

  /** It is not known where messages begin, so one is looked for. */
  get isSeeking(): boolean {
    return this.#resynchroniser.isActive;
  }

  /** While a message is looked for: whether one may begin here. */
  mayBegin(chunk: Chunk, at: number): boolean {
    return this.#resynchroniser.mayBegin(chunk, at);
  }

  /** Passes over empty lines; returns where a head begins, the end of the chunk if it does not yet. */
  begin(chunk: Chunk, from: number): number {
    const at = this.#emptyLines.skip(chunk, from);
    if (at < chunk.end) this.started.startAt(chunk, at);
    return at;
  }

  /** A CR without its LF stands before what begins: that is no head. */
  get isBehindBrokenLine(): boolean {
    return this.#emptyLines.isBroken;
  }

  read(chunk: Chunk, at: number): HeadReading<Head> {
    if (this.length > 0 && !this.isRecognised && this.#resynchroniser.isBetterStart(chunk, at)) {
      this.#reader.release();
      this.started.startAt(chunk, at);
    }
    this.#reader.isStrict = this.isSeeking;
    const reading = this.#reader.read(chunk.bytes, at, chunk.end);
    return reading.kind === 'whole' && !this.#resynchroniser.accepts(reading.head) ? malformed : reading;
  }

  /** Reads where a body may be instead; `undefined` if it is one. */
  readInsteadOfBody(chunk: Chunk, at: number): HeadReading<Head> | undefined {
    if (this.length === 0) this.started.startAt(chunk, at);
    return this.#reader.readInsteadOfBody(chunk.bytes, at, chunk.end);
  }

  /** Of a head that will never be whole, what has come is all there is; `undefined` if that tells nothing. */
  salvage(reason: LostReason | 'ended'): Head | undefined {
    const head = this.#reader.salvage(reason);
    return head === undefined || !this.#resynchroniser.accepts(head) ? undefined : head;
  }

  /** Lets go of what is kept; returns the first `length` bytes of it as they were sent. */
  release(length: number): Chunk {
    return this.started.chunk(this.#reader.release(length));
  }

  /** A head was found; returns whether it was looked for. */
  found(): boolean {
    return this.#resynchroniser.stop();
  }

  /** Looks for a message from here on, without what was kept. */
  seek(): void {
    this.#reader.release();
    this.#emptyLines.reset();
    this.#resynchroniser.start();
  }

  /** The same, and one may begin at the next byte. */
  seekNext(): void {
    this.#resynchroniser.startNext();
  }

  /** Lets go of what is kept. */
  leave(): void {
    this.#reader.release();
  }
}
