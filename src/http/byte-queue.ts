/** Room for what comes in tiny pieces, and for what comes in packets. */
const fewBytes = 256;
const usualBytes = 4096;

/** Bytes collected over several chunks; grows by doubling, so that feeding it byte by byte stays linear. */
export class ByteQueue {
  #bytes = Buffer.alloc(0);
  length = 0;

  /** The collected bytes: valid until the next `append` or `clear`. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  append(bytes: Buffer, start: number, end: number): void {
    const needed = this.length + (end - start);
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(
        Math.max(needed, 2 * this.#bytes.length, needed <= fewBytes ? fewBytes : usualBytes),
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
