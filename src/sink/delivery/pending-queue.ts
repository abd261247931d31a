import type { PendingBatch } from './pending-batch.ts';

/** What is taken from the front is only passed over; after this many, all of them are removed together. */
const compactAfter = 1024;

/** Pending batches in the order of their records. Taking the first costs the same however many there are. */
export class PendingQueue {
  #batches: PendingBatch[] = [];
  #head = 0;

  get length(): number {
    return this.#batches.length - this.#head;
  }

  get first(): PendingBatch | undefined {
    return this.#batches[this.#head];
  }

  /** The oldest of those at which the server has failed least often. */
  get leastFailed(): PendingBatch | undefined {
    let least = this.first;
    for (let index = this.#head; index < this.#batches.length && failuresOf(least) > 0; index++) {
      if (failuresOf(this.#batches[index]) < failuresOf(least)) least = this.#batches[index];
    }
    return least;
  }

  push(pending: PendingBatch): void {
    this.#batches.push(pending);
  }

  /** Puts back a batch that was taken, into its place. */
  putBack(pending: PendingBatch): void {
    this.#compact();
    const next = this.#batches.findIndex((other) => isBefore(pending, other));
    this.#batches.splice(next === -1 ? this.#batches.length : next, 0, pending);
  }

  takeFirst(): PendingBatch | undefined {
    const { first } = this;
    if (first !== undefined && ++this.#head >= compactAfter) this.#compact();
    return first;
  }

  /** The oldest batch of which this holds. */
  find(holds: (pending: PendingBatch) => boolean): PendingBatch | undefined {
    for (let index = this.#head; index < this.#batches.length; index++) {
      const pending = this.#batches[index] as PendingBatch;
      if (holds(pending)) return pending;
    }
    return undefined;
  }

  remove(pending: PendingBatch): void {
    if (pending === this.first) this.takeFirst();
    else this.#batches.splice(this.#batches.indexOf(pending, this.#head), 1);
  }

  /** Takes every batch of which this holds. */
  takeWhere(holds: (pending: PendingBatch) => boolean): readonly PendingBatch[] {
    this.#compact();
    const taken = this.#batches.filter(holds);
    this.#batches = this.#batches.filter((pending) => !holds(pending));
    return taken;
  }

  #compact(): void {
    this.#batches.splice(0, this.#head);
    this.#head = 0;
  }
}

function failuresOf(pending: PendingBatch | undefined): number {
  return pending?.failures?.times ?? 0;
}

function isBefore(one: PendingBatch, other: PendingBatch): boolean {
  return one.sequence < other.sequence || (one.sequence === other.sequence && one.offset < other.offset);
}
