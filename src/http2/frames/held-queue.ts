import { ByteQueue } from '../../bytes/byte-queue.ts';

/** Adds to (or takes from) the bytes that are held. */
export type Hold = (bytes: number) => void;

/** A queue of bytes that tells what it costs, whenever that changes. */
export class HeldQueue {
  readonly #hold: Hold;
  readonly #queue: ByteQueue;

  /** No room is made for more than `limit` bytes before they come. */
  constructor(limit: number, hold: Hold) {
    this.#queue = new ByteQueue(limit);
    this.#hold = hold;
  }

  get length(): number {
    return this.#queue.length;
  }

  /** Valid until the next call. */
  get bytes(): Buffer {
    return this.#queue.bytes;
  }

  append(bytes: Buffer, start: number, end: number): void {
    const held = this.#queue.heldBytes;
    this.#queue.append(bytes, start, end);
    if (this.#queue.heldBytes !== held) this.#hold(this.#queue.heldBytes - held);
  }

  /** Lets go of the first `bytes`. */
  drop(bytes: number): void {
    const { bytes: all, length } = this.#queue;
    this.clear();
    if (bytes < length) this.append(all, bytes, length);
  }

  clear(): void {
    if (this.#queue.heldBytes === 0) return;
    this.#hold(-this.#queue.heldBytes);
    this.#queue.clear();
  }
}
