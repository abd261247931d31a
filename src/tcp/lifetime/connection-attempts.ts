import { RecencyList } from '../../bytes/recency-list.ts';
import type { SteadyClock } from '../../bytes/steady-clock.ts';
import type { Segment } from '../../packet/segment.ts';
import {
  type Attempt,
  type AttemptedConnection,
  type AttemptListener,
  asksForConnection,
  refuses,
} from '../attempt.ts';
import type { Side } from '../stream.ts';

/** Nobody sends a SYN again sooner, microseconds: what comes before is a copy of it. */
const shortestRepetition = 100_000;

/**
 * Connections of which only the SYN was seen, the one that has waited longest first. Anything else that is sent ends
 * the wait, so no answer is missed because of a capture that has one direction only.
 */
export class ConnectionAttempts {
  readonly #listener: AttemptListener;
  readonly #clock: SteadyClock;
  readonly #waiting = new RecencyList<Attempt>();
  /** Attempts whose answer was captured, and those whose client continued after one that was not. */
  #answered = 0;
  #missed = 0;

  constructor(listener: AttemptListener, clock: SteadyClock) {
    this.#listener = listener;
    this.#clock = clock;
  }

  /**
   * `segment`: the first one of the connection. If it is a copy, with other addresses of the server, of the SYN of
   * another one (`copied`), both are one attempt: an answer may come with either of the addresses.
   */
  begin(connection: AttemptedConnection, segment: Segment, copied: AttemptedConnection | undefined): void {
    if (!asksForConnection(segment)) return;
    if (copied !== undefined) {
      connection.attempt = copied.attempt;
      return;
    }
    const { sequence, time } = segment;
    const attempt: Attempt = {
      connection,
      sequence,
      startTime: time,
      lastTime: time,
      since: this.#clock.now,
      isRepeated: false,
      isWaiting: true,
      older: undefined,
      newer: undefined,
    };
    connection.attempt = attempt;
    this.#waiting.append(attempt);
  }

  /** A later segment of the connection. */
  take(connection: AttemptedConnection, from: Side, segment: Segment): void {
    const { attempt } = connection;
    if (attempt === undefined) return;
    if (from === 0 && asksForConnection(segment)) {
      if (segment.sequence !== attempt.sequence) this.#askAnew(attempt, segment);
      else if (attempt.isWaiting) this.#askAgain(attempt, segment);
      return;
    }
    connection.attempt = undefined;
    if (!attempt.isWaiting) return;
    this.#end(attempt);
    if (from === 0) this.#missed++;
    else this.#answered++;
    if (from === 0 || !refuses(segment, attempt)) return;
    this.#listener.failed(attempt, { outcome: 'refused', time: segment.time });
  }

  /** The SYN could not be delivered. Not every client gives up, but it is told of once, however often it asks again. */
  refuse({ attempt }: AttemptedConnection, segment: Segment): void {
    if (!attempt?.isWaiting || !refuses(segment, attempt)) return;
    this.#end(attempt);
    this.#listener.failed(attempt, { outcome: 'refused', time: segment.time });
  }

  tick(): void {
    const { timeoutMs, failed } = this.#listener;
    const timeout = timeoutMs * 1000;
    for (let attempt = this.#waiting.oldest; attempt !== undefined; attempt = this.#waiting.oldest) {
      const expired = attempt;
      if (expired.since + timeout > this.#clock.now) return;
      const time = expired.lastTime + timeout;
      this.#end(expired);
      const outcome = this.#silence(expired);
      expired.connection.enter(() => failed(expired, { outcome, time }));
    }
  }

  /** Nobody follows the connection any more; what begins with a copy of its SYN is followed with it. */
  forget(connection: AttemptedConnection): void {
    const { attempt } = connection;
    if (attempt?.connection === connection) this.#end(attempt);
    connection.attempt = undefined;
  }

  #askAgain(attempt: Attempt, { time }: Segment): void {
    if (time - attempt.startTime >= shortestRepetition) attempt.isRepeated = true;
    attempt.lastTime = Math.max(attempt.lastTime, time);
    attempt.since = this.#clock.now;
    this.#waiting.moveToEnd(attempt);
  }

  /** The client has given up, and asks from the same port with another number. */
  #askAnew(attempt: Attempt, { sequence, time }: Segment): void {
    const outcome = this.#silence(attempt);
    const earlier = { ...attempt };
    if (attempt.isWaiting) this.#waiting.moveToEnd(attempt);
    else this.#waiting.append(attempt);
    attempt.isWaiting = true;
    attempt.isRepeated = false;
    attempt.sequence = sequence;
    attempt.startTime = attempt.lastTime = time;
    attempt.since = this.#clock.now;
    if (earlier.isWaiting) this.#listener.failed(earlier, { outcome, time });
  }

  /**
   * What it means that no answer was captured. Where only what clients send is captured, nothing; before any connection
   * has told which it is, a client that sends its SYN again is the witness.
   */
  #silence({ isRepeated }: Attempt): 'timeout' | 'unknown' {
    return this.#answered > this.#missed || (isRepeated && this.#missed === 0) ? 'timeout' : 'unknown';
  }

  #end(attempt: Attempt): void {
    if (attempt.isWaiting) this.#waiting.remove(attempt);
    attempt.isWaiting = false;
  }
}
