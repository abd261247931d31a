/** How fast the limit of the waits grows. */
const growth = 5;
/** The part of the longest wait that stays random. */
const jitter = 1 / 8;

/**
 * Waits after failures: random ones below a limit that grows with every failure, until one below the longest; from then
 * on nearly the longest each time. Clients of a server that has failed for all of them at once are spread evenly by the
 * one wait whose limit is the longest, and waits of equal length keep them so; waits that stay random would let them
 * meet again, and come back later on average.
 */
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
    if (this.#limitMs >= this.#maxMs) {
      return this.spread(Math.max(this.#minMs, this.#maxMs * (1 - jitter)), this.#maxMs);
    }
    this.#limitMs = Math.min(this.#maxMs, this.#limitMs * growth);
    return this.spread(this.#minMs, this.#limitMs);
  }

  /** A random time between two. */
  spread(fromMs: number, toMs: number): number {
    return fromMs + this.#random() * (toMs - fromMs);
  }

  /** After a success. */
  reset(): void {
    this.#limitMs = this.#minMs;
  }
}
