/** Exponential backoff with jitter: a random wait between the least one and a limit that doubles with every failure. */
export class Backoff {
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #limitMs: number;

  /** `random` gives numbers from 0 up to but not including 1. */
  constructor(minMs: number, maxMs: number, random: () => number = Math.random) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
    this.#random = random;
    this.#limitMs = minMs;
  }

  /** Milliseconds to wait after one more failure. */
  next(): number {
    this.#limitMs = Math.min(this.#maxMs, this.#limitMs * 2);
    return this.#minMs + this.#random() * (this.#limitMs - this.#minMs);
  }

  /** After a success. */
  reset(): void {
    this.#limitMs = this.#minMs;
  }
}
