import { type Linked, RecencyList } from '../bytes/recency-list.ts';
import { SteadyClock } from '../bytes/steady-clock.ts';
import type { Counters } from '../telemetry/counters.ts';

/** Thousands of open streams must not flood the log: if more than this are due in a second, all are told less often. */
const maxInSecond = 100;

/** An exchange that has not ended. */
export interface LastingExchange {
  /** It has lasted for an interval, or for another one; `time` is that of the capture, microseconds. */
  tellProgress(time: number): void;
}

/** Where an exchange stands in the queue. */
export class ProgressPlace implements Linked<ProgressPlace> {
  readonly exchange: LastingExchange;
  /** When it took its place, by the clock of deadlines. */
  queuedTime: number;
  older: ProgressPlace | undefined;
  newer: ProgressPlace | undefined;

  constructor(exchange: LastingExchange, queuedTime: number) {
    this.exchange = exchange;
    this.queuedTime = queuedTime;
  }
}

/**
 * All exchanges that have not ended, in the order in which they began or were last told: a look costs only what is due.
 * Those over the limit stay in front, so that everyone has its turn.
 */
export class ProgressQueue {
  readonly #interval: number;
  readonly #counters: Pick<Counters, 'progress_left_out'>;
  readonly #open = new RecencyList<ProgressPlace>();
  readonly #clock = new SteadyClock();
  #second = 0;
  #toldInSecond = 0;
  /** Some that are due have to wait. */
  #isBehind = false;

  /** With an interval of 0 nothing is told. */
  constructor(intervalMs: number, counters: Pick<Counters, 'progress_left_out'>) {
    this.#interval = intervalMs * 1000;
    this.#counters = counters;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Something of an exchange was seen at `time`, and what becomes of it is to be told from there on. */
  add(exchange: LastingExchange, time: number): ProgressPlace | undefined {
    if (this.#interval === 0) return undefined;
    const place = new ProgressPlace(exchange, this.#clock.of(time));
    this.#open.append(place);
    return place;
  }

  remove(place: ProgressPlace): void {
    if (this.#isBehind) this.#counters.progress_left_out += this.#intervalsOf(place);
    this.#open.remove(place);
  }

  tick(captureTime: number): void {
    const now = this.#clock.advance(captureTime);
    let due = this.#firstDue();
    for (; due !== undefined && this.#takesMore(now); due = this.#firstDue()) {
      if (this.#isBehind) this.#counters.progress_left_out += this.#intervalsOf(due) - 1;
      due.queuedTime = now;
      this.#open.moveToEnd(due);
      due.exchange.tellProgress(captureTime);
    }
    this.#isBehind = due !== undefined;
  }

  #firstDue(): ProgressPlace | undefined {
    const { oldest } = this.#open;
    return oldest !== undefined && this.#intervalsOf(oldest) > 0 ? oldest : undefined;
  }

  /** How many intervals have passed in this place. */
  #intervalsOf({ queuedTime }: ProgressPlace): number {
    const waited = this.#clock.now - queuedTime;
    return waited < this.#interval ? 0 : Math.floor(waited / this.#interval);
  }

  #takesMore(now: number): boolean {
    const second = Math.floor(now / 1e6);
    if (second !== this.#second) {
      this.#second = second;
      this.#toldInSecond = 0;
    }
    return this.#toldInSecond++ < maxInSecond;
  }
}
