import { RecencyList } from '../bytes/recency-list.ts';
import type { OpenExchange } from './open-exchange.ts';

export type TimeoutSettings = {
  /** A request unanswered for this long is given up. */
  readonly timeoutMs: number;
  /** How often they are looked over. */
  readonly timeoutCheckMs: number;
};

/**
 * All unanswered requests, in the order in which they were last known to be alive: a look costs only what has expired. The check runs
 * on capture time.
 */
export class TimeoutQueue {
  readonly #timeout: number;
  readonly #interval: number;
  readonly #waiting = new RecencyList<OpenExchange>();
  #nextCheck = 0;

  constructor(settings: TimeoutSettings) {
    this.#timeout = settings.timeoutMs * 1000;
    this.#interval = settings.timeoutCheckMs * 1000;
  }

  get size(): number {
    return this.#waiting.size;
  }

  add(exchange: OpenExchange): void {
    exchange.queuedTime = exchange.lastActivity;
    exchange.isQueued = true;
    this.#waiting.append(exchange);
  }

  remove(exchange: OpenExchange): void {
    if (!exchange.isQueued) return;
    exchange.isQueued = false;
    this.#waiting.remove(exchange);
  }

  /** Something was seen of the exchange. Its place changes once in a while only: a long upload shows a sign of life with every packet. */
  noteActivity(exchange: OpenExchange, time: number): void {
    exchange.lastActivity = time;
    if (!exchange.isQueued || time - exchange.queuedTime < this.#interval) return;
    exchange.queuedTime = time;
    this.#waiting.moveToEnd(exchange);
  }

  tick(now: number): void {
    if (now < this.#nextCheck) return;
    this.#nextCheck = now + this.#interval;
    let exchange = this.#waiting.oldest;
    while (exchange !== undefined && now - exchange.queuedTime >= this.#timeout) {
      const { newer }: OpenExchange = exchange;
      if (now - exchange.lastActivity >= this.#timeout) {
        this.remove(exchange);
        exchange.timeoutHandler.timedOut(exchange);
      }
      exchange = newer;
    }
  }
}
