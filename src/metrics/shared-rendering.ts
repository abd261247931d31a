import type { Format } from './exposition.ts';
import type { Metric } from './metric.ts';
import { type Rendering, renderMetrics } from './rendering.ts';

/** How long a text is handed out, milliseconds: the work of making one is done at most once in that time. */
const lifeMs = 1000;

export type SharedRenderingOptions = {
  readonly metrics: () => readonly Metric[];
  readonly format: Format;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
  readonly turn?: () => Promise<void>;
};

/**
 * The text of the metrics in one format, made at most once a second however often and by how many it is asked for. At
 * most two texts are in memory, however slowly they are read: while one before the last is still being sent, the last
 * one is handed out again instead of a new one.
 */
export class SharedRendering {
  readonly #metrics: () => readonly Metric[];
  readonly #format: Format;
  readonly #now: () => number;
  readonly #turn: () => Promise<void>;
  #making: Promise<Rendering> | undefined;
  #last: Rendering | undefined;
  #lastMade = 0;
  /** How many are sending each text. */
  readonly #senders = new Map<Rendering, number>();

  constructor({ metrics, format, now = () => performance.now(), turn = nextTurn }: SharedRenderingOptions) {
    this.#metrics = metrics;
    this.#format = format;
    this.#now = now;
    this.#turn = turn;
  }

  /** The caller says with `release` that it is sent. */
  async take(): Promise<Rendering> {
    const rendering = this.#lastIfGood() ?? (await this.#make());
    this.#senders.set(rendering, (this.#senders.get(rendering) ?? 0) + 1);
    return rendering;
  }

  release(rendering: Rendering): void {
    const others = (this.#senders.get(rendering) ?? 0) - 1;
    if (others > 0) this.#senders.set(rendering, others);
    else this.#senders.delete(rendering);
  }

  #lastIfGood(): Rendering | undefined {
    if (this.#making !== undefined) return undefined;
    const isFresh = this.#now() - this.#lastMade < lifeMs;
    return isFresh || this.#senders.size > 1 ? this.#last : undefined;
  }

  #make(): Promise<Rendering> {
    this.#making ??= this.#render().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #render(): Promise<Rendering> {
    this.#last = undefined;
    const rendering = await renderMetrics(this.#metrics(), { format: this.#format, turn: this.#turn });
    this.#last = rendering;
    this.#lastMade = this.#now();
    // It may be megabytes, and the next scrape is some time away.
    setTimeout(() => this.#forget(rendering), lifeMs).unref();
    return rendering;
  }

  #forget(rendering: Rendering): void {
    if (this.#last === rendering && this.#senders.size === 0) this.#last = undefined;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
