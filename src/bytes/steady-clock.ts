/** A capture is never out of order by this much, microseconds: time that goes further back was set back. */
const maxDisorder = 5_000_000;

/**
 * Time for deadlines, made of capture time: it only goes forward. When a clock is set back, it continues from where it
 * was, so that nothing has to wait until the old time is reached again.
 */
export class SteadyClock {
  /** Microseconds. */
  now = 0;
  #ahead = 0;

  /** The latest capture time. */
  get captureTime(): number {
    return this.now - this.#ahead;
  }

  /** What a capture time of now is here. */
  of(time: number): number {
    return time + this.#ahead;
  }

  /** Capture time has reached `time`; returns what that is here. */
  advance(time: number): number {
    const steady = time + this.#ahead;
    if (steady > this.now) this.now = steady;
    else if (this.now - steady > maxDisorder) this.#ahead += this.now - steady;
    return this.now;
  }
}
