/**
 * Encoded records that travel together: `bytes` holds them one behind the other, record `i` ends at `ends[i]`. Each is
 * its key, where its server needs one, and then its content.
 */
export type Batch = {
  /** A UUID; stays the same over retries, also over a restart, for as long as the batch holds the same records. */
  readonly id: string;
  readonly bytes: Buffer;
  readonly ends: readonly number[];
  /** Where the key of each record ends and its content begins; undefined when no record has a key. */
  readonly keyEnds: readonly number[] | undefined;
};

/** What the server needs to know of a record beside its content; empty when there is nothing. */
export function keyOf(batch: Batch, index: number): string {
  return batch.bytes.toString('utf8', startOf(batch, index), contentStart(batch, index));
}

/** The bytes of one record without its key. */
export function contentOf(batch: Batch, index: number): Buffer {
  return batch.bytes.subarray(contentStart(batch, index), batch.ends[index]);
}

/** The records from `from` up to but not including `to` as a batch of their own, on the same bytes. */
export function sliceBatch(batch: Batch, from: number, to: number): Batch {
  const start = startOf(batch, from);
  const moved = (places: readonly number[]) => places.slice(from, to).map((place) => place - start);
  return {
    id: crypto.randomUUID(),
    bytes: batch.bytes.subarray(start, startOf(batch, to)),
    ends: moved(batch.ends),
    keyEnds: batch.keyEnds && moved(batch.keyEnds),
  };
}

/** Some of the records, by their indexes, as a batch of their own, on bytes of its own. */
export function pickBatch(batch: Batch, indexes: readonly number[]): Batch {
  const builder = new BatchBuilder();
  for (const index of indexes) builder.append(contentOf(batch, index), batch.keyEnds && keyOf(batch, index));
  return builder.seal();
}

function startOf(batch: Batch, index: number): number {
  return index === 0 ? 0 : (batch.ends[index - 1] ?? batch.bytes.length);
}

function contentStart(batch: Batch, index: number): number {
  return batch.keyEnds?.[index] ?? startOf(batch, index);
}

const initialBytes = 16 * 1024;

/** Collects encoded records in a buffer that is used again and again. Either all of a batch have keys, or none. */
export class BatchBuilder {
  #bytes = Buffer.allocUnsafeSlow(initialBytes);
  #ends: number[] = [];
  #keyEnds: number[] = [];
  #length = 0;

  get records(): number {
    return this.#ends.length;
  }

  get length(): number {
    return this.#length;
  }

  append(content: string | Buffer, key?: string): void {
    if (key !== undefined) {
      this.#write(key);
      this.#keyEnds.push(this.#length);
    }
    this.#write(content);
    this.#ends.push(this.#length);
  }

  /** Hands over a copy of what was collected, which wastes no memory while it waits, and starts anew. */
  seal(): Batch {
    const bytes = Buffer.allocUnsafeSlow(this.#length);
    this.#bytes.copy(bytes, 0, 0, this.#length);
    const keyEnds = this.#keyEnds.length === 0 ? undefined : this.#keyEnds;
    const batch = { id: crypto.randomUUID(), bytes, ends: this.#ends, keyEnds };
    this.#ends = [];
    this.#keyEnds = [];
    this.#length = 0;
    return batch;
  }

  #write(encoded: string | Buffer): void {
    const length = Buffer.byteLength(encoded);
    if (this.#length + length > this.#bytes.length) this.#grow(this.#length + length);
    if (typeof encoded === 'string') this.#bytes.write(encoded, this.#length);
    else encoded.copy(this.#bytes, this.#length);
    this.#length += length;
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
