import { DeadlineQueue, type Due } from '../bytes/deadline-queue.ts';
import { type Linked, RecencyList } from '../bytes/recency-list.ts';
import { SteadyClock } from '../bytes/steady-clock.ts';

export type TimeoutSettings = {
  /** A request unanswered for this long is given up. */
  readonly timeoutMs: number;
  /** How often they are looked over. */
  readonly timeoutCheckMs: number;
};

/** An exchange that waits for its response; what the queue notes at it is of no concern to others. */
export interface WaitingExchange extends Linked<WaitingExchange>, Due {
  /** When something was last seen of it, microseconds. */
  lastActivity: number;
  /** The same when it took its place in the queue, by the clock of deadlines. */
  queuedTime: number;
  isQueued: boolean;
  /** Nothing was seen of it for too long. */
  expire(): void;
}

/**
 * All unanswered requests, in the order in which they were last known to be alive, and beside them those with deadlines
 * of their own: a look costs only what has expired. The check runs on capture time.
 */
export class TimeoutQueue {
  readonly #timeout: number;
  readonly #interval: number;
  readonly #waiting = new RecencyList<WaitingExchange>();
  readonly #deadlines = new DeadlineQueue<WaitingExchange>();
  readonly #clock = new SteadyClock();
  #nextCheck = 0;

  constructor(settings: TimeoutSettings) {
    this.#timeout = settings.timeoutMs * 1000;
    this.#interval = settings.timeoutCheckMs * 1000;
  }

  get size(): number {
    return this.#waiting.size + this.#deadlines.size;
  }

  add(exchange: WaitingExchange): void {
    exchange.queuedTime = this.#clock.of(exchange.lastActivity);
    exchange.isQueued = true;
    this.#waiting.append(exchange);
  }

  /** The same with a deadline of its own, microseconds; nothing that is seen of it changes that. */
  addUntil(exchange: WaitingExchange, deadline: number): void {
    this.#deadlines.set(exchange, this.#clock.of(deadline));
  }

  remove(exchange: WaitingExchange): void {
    if (exchange.duePlace >= 0) this.#deadlines.remove(exchange);
    if (!exchange.isQueued) return;
    exchange.isQueued = false;
    this.#waiting.remove(exchange);
  }

  /**
   * Something was seen of the exchange. Its place changes once in a while only: a long upload shows a sign of life with
   * every packet.
   */
  noteActivity(exchange: WaitingExchange, time: number): void {
    exchange.lastActivity = time;
    const steady = this.#clock.of(time);
    if (!exchange.isQueued || steady - exchange.queuedTime < this.#interval) return;
    exchange.queuedTime = steady;
    this.#waiting.moveToEnd(exchange);
  }

  tick(captureTime: number): void {
    const now = this.#clock.advance(captureTime);
    if (now < this.#nextCheck) return;
    this.#nextCheck = now + this.#interval;
    this.#expire(now);
  }

  /** A look out of turn: nothing more will come. */
  expire(captureTime: number): void {
    this.#expire(this.#clock.advance(captureTime));
  }

  #expire(now: number): void {
    this.#expireDeadlines(now);
    let exchange = this.#waiting.oldest;
    while (exchange !== undefined && now - exchange.queuedTime >= this.#timeout) {
      const { newer }: WaitingExchange = exchange;
      if (now - this.#activeTime(exchange) >= this.#timeout) {
        this.remove(exchange);
        exchange.expire();
      }
      exchange = newer;
    }
  }

  #expireDeadlines(now: number): void {
    for (let { first } = this.#deadlines; first !== undefined && first.due <= now; first = this.#deadlines.first) {
      this.#deadlines.remove(first);
      first.expire();
    }
  }

  /** Of before the clock was set back, only the place in the queue counts. */
  #activeTime({ lastActivity, queuedTime }: WaitingExchange): number {
    const time = this.#clock.of(lastActivity);
    return time > this.#clock.now ? queuedTime : time;
  }
}
