import { DeadlineQueue } from '../../bytes/deadline-queue.ts';
import type { SteadyClock } from '../../bytes/steady-clock.ts';
import type { Segment } from '../../packet/segment.ts';
import type { Counters } from '../../telemetry/counters.ts';
import type { Connection } from '../connection/connection.ts';
import type { EndpointHashes } from '../connection/endpoint.ts';
import { type ConnectionLimits, longestSilence } from '../connection-limits.ts';
import type { BufferBudget } from '../reassembly/buffer-budget.ts';
import { deadlines } from '../reassembly/deadlines.ts';
import type { CloseReason } from '../stream.ts';
import { ConnectionFailures } from './connection-failures.ts';
import { OpenConnections } from './open-connections.ts';
import { TimeWait } from './time-wait.ts';

/** What the lifetimes of connections depend on. */
export type LifetimeContext = {
  readonly counters: Counters;
  readonly budget: BufferBudget;
  readonly clock: SteadyClock;
  readonly onFailure: (error: unknown) => void;
  /** The connection is over: nothing refers to it any more. */
  readonly forget: (connection: Connection) => void;
};

/** How long connections live: by their deadlines, by their own ends and failures, and by the limits of the table. */
export class ConnectionLifetimes {
  readonly #limits: ConnectionLimits;
  readonly #context: LifetimeContext;
  readonly #failures: ConnectionFailures;
  readonly #open = new OpenConnections();
  readonly #waiting = new DeadlineQueue<Connection>();
  readonly #timeWait: TimeWait;

  constructor(limits: ConnectionLimits, context: LifetimeContext) {
    this.#limits = limits;
    this.#context = context;
    this.#failures = new ConnectionFailures(context.counters, context.onFailure);
    this.#timeWait = new TimeWait(limits.maxConnections, context.counters, context.clock);
  }

  /** How many connections are open. */
  get size(): number {
    return this.#open.size;
  }

  get oldest(): Connection | undefined {
    return this.#open.oldest;
  }

  /** Whether a segment is a late one of a connection that has ended; its payload is counted then. */
  takesLate(segment: Segment, hashes: EndpointHashes): boolean {
    return this.#timeWait.takes(segment, hashes);
  }

  /** Before another connection is opened. */
  makeRoom(): void {
    const { oldest } = this.#open;
    if (oldest === undefined || this.#open.size < this.#limits.maxConnections) return;
    this.end(oldest, 'evicted_count', this.#context.clock.captureTime);
  }

  begin(connection: Connection): void {
    this.#open.add(connection);
  }

  /** A segment of the connection was taken, which may have ended it. */
  touch(connection: Connection): void {
    if (connection.closed) this.#enterTimeWait(connection);
    else this.#open.touch(connection);
    if (this.#context.budget.exceeded) this.#reclaim();
  }

  /** Something is held that has to be given up at the deadline of the connection. */
  wait(connection: Connection): void {
    const { deadline } = connection;
    if (connection.duePlace < 0 || deadline < connection.due) this.#waiting.set(connection, deadline);
  }

  /** Something of ours has thrown in the name of the connection, which is still to be touched. */
  fail(connection: Connection, error: unknown): void {
    this.#failures.fail(connection, error, this.#context.clock.captureTime);
  }

  /** The same where no segment is being taken, which would be followed by a touch. */
  failInTimer(connection: Connection, error: unknown): void {
    const wasOpen = !connection.closed;
    this.fail(connection, error);
    if (wasOpen) this.#enterTimeWait(connection);
  }

  /** The table ends the connection. */
  end(connection: Connection, reason: CloseReason, time: number): void {
    this.#failures.close(connection, reason, time);
    this.#forget(connection);
  }

  /** Deadlines that have passed: of holes, and of what was under way when an RST came. */
  settle(now: number): void {
    for (let { first } = this.#waiting; first !== undefined && first.due <= now; first = this.#waiting.first) {
      this.#look(first);
    }
    this.#settleResets(now);
  }

  forgetIdle(now: number): void {
    const since = { idle: now - this.#limits.idleMs * 1000, lingering: now - longestSilence };
    for (let next = this.#open.nextIdle(since); next !== undefined; next = this.#open.nextIdle(since)) {
      this.end(next, 'idle', now);
    }
  }

  /** A deadline of the connection may have passed. */
  #look(connection: Connection): void {
    try {
      connection.tick();
    } catch (error) {
      this.fail(connection, error);
    }
    const { closed, deadline } = connection;
    if (closed) this.#enterTimeWait(connection);
    else if (Number.isFinite(deadline)) this.#waiting.set(connection, deadline);
    else this.#waiting.remove(connection);
  }

  /**
   * What was under way when an RST came still belonged to its connection, for as long as the capture may be out of
   * order.
   */
  #settleResets(now: number): void {
    for (let oldest = this.#open.firstReset; oldest !== undefined; oldest = this.#open.firstReset) {
      if (now - (oldest.resetTime ?? now) < deadlines.acknowledged) return;
      try {
        oldest.settleReset();
      } catch (error) {
        this.fail(oldest, error);
      }
      if (oldest.closed) this.#enterTimeWait(oldest);
      else this.#open.touch(oldest);
    }
  }

  /** Ends the idlest connections that hold memory until a tenth of the limit is free again. */
  #reclaim(): void {
    const { budget, clock } = this.#context;
    const target = budget.limit * 0.9;
    let connection = this.#open.oldest;
    while (connection !== undefined && budget.used > target) {
      const next: Connection | undefined = this.#open.after(connection);
      if (connection.heldBytes > 0) this.end(connection, 'evicted_memory', clock.captureTime);
      connection = next;
    }
  }

  /** The connection has ended by itself. */
  #enterTimeWait(connection: Connection): void {
    if (!connection.isRefused) this.#timeWait.add(connection);
    this.#forget(connection);
  }

  #forget(connection: Connection): void {
    this.#open.remove(connection);
    this.#waiting.remove(connection);
    this.#context.forget(connection);
  }
}
