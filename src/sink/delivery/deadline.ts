/** setTimeout takes no longer wait. */
const longestTimer = 2 ** 31 - 1;

/** When waiting ends at the latest; may be moved forward at any time, never back. */
export class Deadline {
  /** Resolves when the deadline has passed. */
  readonly expired: Promise<void>;
  #end = () => {};
  #timer: NodeJS.Timeout | undefined;
  #endsAt = Number.POSITIVE_INFINITY;

  constructor() {
    this.expired = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** No longer than this from now on, in milliseconds. */
  limit(withinMs: number): void {
    const endsAt = performance.now() + withinMs;
    if (endsAt >= this.#endsAt) return;
    this.#endsAt = endsAt;
    clearTimeout(this.#timer);
    if (withinMs <= longestTimer) this.#timer = setTimeout(this.#end, withinMs);
  }

  end(): void {
    this.limit(0);
    this.#end();
  }

  /** Waits for the work until the deadline. Its errors are left to its owner. */
  async waitFor(work: Promise<unknown> | undefined): Promise<void> {
    await Promise.race([work, this.expired]).catch(() => {});
  }

  /** It is no longer needed. */
  clear(): void {
    clearTimeout(this.#timer);
  }
}
