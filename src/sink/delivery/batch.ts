/** Encoded records that travel together: `bytes` holds them one behind the other, record `i` ends at `ends[i]`. */
export type Batch = {
  /** A UUID; stays the same over retries, also over a restart, for as long as the batch holds the same records. */
  readonly id: string;
  readonly bytes: Buffer;
  readonly ends: readonly number[];
};

/** The bytes of one record. */
export function recordBytes(batch: Batch, index: number): Buffer {
  return batch.bytes.subarray(startOf(batch, index), batch.ends[index]);
}

/** The records from `from` up to but not including `to` as a batch of their own, on the same bytes. */
export function sliceBatch(batch: Batch, from: number, to: number): Batch {
  const start = startOf(batch, from);
  const ends = batch.ends.slice(from, to).map((end) => end - start);
  return { id: crypto.randomUUID(), bytes: batch.bytes.subarray(start, startOf(batch, to)), ends };
}

/** Some of the records, by their indexes, as a batch of their own, on bytes of its own. */
export function pickBatch(batch: Batch, indexes: readonly number[]): Batch {
  const builder = new BatchBuilder();
  for (const index of indexes) builder.append(recordBytes(batch, index));
  return builder.seal();
}

function startOf(batch: Batch, index: number): number {
  return index === 0 ? 0 : (batch.ends[index - 1] ?? batch.bytes.length);
}

const initialBytes = 16 * 1024;

/** Collects encoded records in a buffer that is used again and again. */
export class BatchBuilder {
  #bytes = Buffer.allocUnsafeSlow(initialBytes);
  #ends: number[] = [];
  #length = 0;

  get records(): number {
    return this.#ends.length;
  }

  get length(): number {
    return this.#length;
  }

  append(encoded: string | Buffer): void {
    const length = Buffer.byteLength(encoded);
    if (this.#length + length > this.#bytes.length) this.#grow(this.#length + length);
    if (typeof encoded === 'string') this.#bytes.write(encoded, this.#length);
    else encoded.copy(this.#bytes, this.#length);
    this.#length += length;
    this.#ends.push(this.#length);
  }

  /** Hands over a copy of what was collected, which wastes no memory while it waits, and starts anew. */
  seal(): Batch {
    const bytes = Buffer.allocUnsafeSlow(this.#length);
    this.#bytes.copy(bytes, 0, 0, this.#length);
    const batch = { id: crypto.randomUUID(), bytes, ends: this.#ends };
    this.#ends = [];
    this.#length = 0;
    return batch;
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
