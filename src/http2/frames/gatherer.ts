import type { Chunk } from '../../tcp/stream.ts';
import { HeldQueue, type Hold } from './held-queue.ts';

const nothing = Buffer.alloc(0);

/** Brings bytes together that may come in several chunks; they are only copied where they do. */
export class Gatherer {
  readonly #queue: HeldQueue;
  #wanted = 0;
  #bytes: Buffer = nothing;
  #start = 0;
  #isWhole = false;

  /** At most `limit` bytes will be wanted. */
  constructor(limit: number, hold: Hold) {
    this.#queue = new HeldQueue(limit, hold);
  }

  /** From here on, `length` bytes are wanted; what came before, and the chunk that it lies in, is let go of. */
  begin(length: number): void {
    this.#queue.clear();
    this.#wanted = length;
    this.#isWhole = false;
    this.#bytes = nothing;
    this.#start = 0;
  }

  /** How many of them have not come yet. */
  get missing(): number {
    return this.#isWhole ? 0 : this.#wanted - this.#queue.length;
  }

  /** All of them are there: in `bytes` from `start` on. Valid during the call that brought the last one. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#start + this.#wanted;
  }

  /** Takes what is missing from `chunk`, from `at` on; returns where it stopped. */
  read(chunk: Chunk, at: number): number {
    const end = Math.min(chunk.end, at + this.missing);
    const isAllHere = this.#queue.length === 0 && end - at === this.#wanted;
    if (!isAllHere) this.#queue.append(chunk.bytes, at, end);
    this.#isWhole = isAllHere || this.#queue.length === this.#wanted;
    this.#bytes = isAllHere ? chunk.bytes : this.#queue.bytes;
    this.#start = isAllHere ? at : 0;
    return end;
  }
}
