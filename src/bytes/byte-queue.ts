import { copyOverhead } from './copy-bytes.ts';

/** Room for what comes a few bytes at a time. */
const fewBytes = 256;

/** Bytes collected over several chunks; grows by doubling, so that feeding it byte by byte stays linear. */
export class ByteQueue {
  readonly #limit: number;
  #bytes = Buffer.alloc(0);
  length = 0;

  /** No room is made for more than `limit` bytes before they come. */
  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  /** The collected bytes: valid until the next `append` or `clear`. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** What it costs: there may be much more room than bytes. */
  get heldBytes(): number {
    return this.#bytes.length === 0 ? 0 : this.#bytes.length + copyOverhead;
  }

  append(bytes: Buffer, start: number, end: number): void {
    const needed = this.length + (end - start);
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(
        Math.max(needed, Math.min(this.#limit, Math.max(2 * this.#bytes.length, fewBytes))),
      );
      this.#bytes.copy(grown, 0, 0, this.length);
      this.#bytes = grown;
    }
    bytes.copy(this.#bytes, this.length, start, end);
    this.length = needed;
  }

  clear(): void {
    this.#bytes = Buffer.alloc(0);
    this.length = 0;
  }
}
