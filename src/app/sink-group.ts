import type { Sink } from '../sink/sink.ts';

/** All sinks together: what a source should wait for, and how they end. */
export class SinkGroup {
  readonly sinks: readonly Sink[];
  #isHurried = false;
  /** Lets a source continue that waits for the sinks. */
  #wake = () => {};

  constructor(sinks: readonly Sink[]) {
    this.sinks = sinks;
  }

  /** Resolves when the sinks can take more, or once they are hurried: for sources that can wait. */
  ready(): Promise<void> | undefined {
    return this.#crowded().length === 0 ? undefined : this.#untilReady();
  }

  /** From here on no source waits. */
  hurry(): void {
    this.#isHurried = true;
    this.#wake();
  }

  /** Delivers what is queued for at most this long. */
  async close(deadlineMs: number): Promise<void> {
    await Promise.all(this.sinks.map((sink) => sink.close(deadlineMs)));
  }

  async #untilReady(): Promise<void> {
    for (let waits = this.#crowded(); waits.length > 0 && !this.#isHurried; waits = this.#crowded()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        for (const wait of waits) void wait.then(resolve);
      });
    }
  }

  /** The sinks that are full. One that fails counts only when no other works. */
  #crowded(): readonly Promise<void>[] {
    const working = this.sinks.filter(({ account }) => account.state === 'working');
    return (working.length > 0 ? working : this.sinks).flatMap((sink) => sink.ready() ?? []);
  }
}
