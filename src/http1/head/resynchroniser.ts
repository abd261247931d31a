import type { RequestHead, ResponseHead } from '../../http/head.ts';
import type { Chunk } from '../../tcp/stream.ts';
import type { MessageFormat } from '../message-format.ts';

/** Finds the next message after loss or damage: until then only what cannot be anything else is taken for one. */
export class Resynchroniser<Head extends RequestHead | ResponseHead> {
  readonly #format: MessageFormat<Head>;
  #isActive = false;
  /** A message may begin at the next byte, wherever that is. */
  #mayBeNext = false;
  #needsFields = false;

  constructor(format: MessageFormat<Head>) {
    this.#format = format;
  }

  /** Messages are being looked for. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** The parser does not know any more where messages begin. */
  start(): void {
    this.#isActive = true;
    this.#mayBeNext = false;
    this.#needsFields = false;
  }

  /** The same behind a message that nothing else can follow: where the next one begins, if there is one, is known. */
  startNext(): void {
    this.start();
    this.#mayBeNext = true;
  }

  /** A message has been found; returns whether one was looked for. */
  stop(): boolean {
    const wasActive = this.#isActive;
    this.#isActive = false;
    return wasActive;
  }

  /**
   * Only where a segment begins: a message boundary nearly always is one, and a body may quote anything elsewhere. Or
   * right behind the last message, where a field must show that it is one.
   */
  mayBegin(chunk: Chunk, at: number): boolean {
    const isSegment = at === chunk.start;
    const mayBegin = isSegment || this.#mayBeNext;
    this.#mayBeNext = false;
    this.#needsFields = !isSegment;
    return mayBegin && this.#format.looksWhole(chunk.bytes, at, chunk.end) !== 'no';
  }

  /**
   * What was taken for the start of a head can be the end of a lost message: a chunk that begins with a whole first
   * line is a better start.
   */
  isBetterStart(chunk: Chunk, at: number): boolean {
    return this.#isActive && this.#format.looksWhole(chunk.bytes, at, chunk.end) === 'yes';
  }

  accepts(head: Head): boolean {
    if (!this.#isActive) return true;
    return this.#format.isWhole(head) && (!this.#needsFields || head.headers.fields.length > 0);
  }
}
