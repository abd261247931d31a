/** setTimeout takes no longer wait. */
const longestTimer = 2 ** 31 - 1;

/** How long somebody waits at most; may be shortened at any time, not prolonged. */
export class Patience {
  /** Resolves when there is none left. */
  readonly isUp: Promise<void>;
  #end = () => {};
  #timer: NodeJS.Timeout | undefined;
  #endsAt = Number.POSITIVE_INFINITY;

  constructor() {
    this.isUp = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** No longer than this from now on, in milliseconds. */
  limit(patienceMs: number): void {
    const endsAt = performance.now() + patienceMs;
    if (endsAt >= this.#endsAt) return;
    this.#endsAt = endsAt;
    clearTimeout(this.#timer);
    if (patienceMs <= longestTimer) this.#timer = setTimeout(this.#end, patienceMs);
  }

  end(): void {
    this.limit(0);
    this.#end();
  }

  /** Waits for the work as long as there is patience. What it throws is left to whoever does it. */
  async waitFor(work: Promise<unknown> | undefined): Promise<void> {
    await Promise.race([work, this.isUp]).catch(() => {});
  }

  /** Nobody waits any more. */
  clear(): void {
    clearTimeout(this.#timer);
  }
}
