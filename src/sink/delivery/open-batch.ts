import { type Batch, BatchBuilder } from '../batch.ts';

/** The batch that records are added to. When it is old enough it is due to be sealed. */
export class OpenBatch {
  isDue = false;
  readonly #builder = new BatchBuilder();
  readonly #ageMs: number;
  readonly #onDue: () => void;
  /** When its first record came, on the monotonic clock. */
  since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(ageMs: number, onDue: () => void) {
    this.#ageMs = ageMs;
    this.#onDue = onDue;
  }

  get records(): number {
    return this.#builder.records;
  }

  get bytes(): number {
    return this.#builder.length;
  }

  append(content: string | Buffer, key?: string): void {
    if (this.records === 0) this.#begin();
    this.#builder.append(content, key);
  }

  /** With the time of its first record, on the monotonic clock. */
  seal(): { readonly batch: Batch; readonly since: number } {
    clearTimeout(this.#timer);
    this.isDue = false;
    return { batch: this.#builder.seal(), since: this.since };
  }

  #begin(): void {
    this.since = performance.now();
    this.#timer = setTimeout(() => {
      this.isDue = true;
      this.#onDue();
    }, this.#ageMs);
  }
}
