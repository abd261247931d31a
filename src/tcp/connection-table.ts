import { SteadyClock } from '../bytes/steady-clock.ts';
import { Flag, hasPayload, type Segment } from '../packet/segment.ts';
import type { Counters } from '../telemetry/counters.ts';
import { isOfNewIncarnation } from './acceptance/new-incarnation.ts';
import { releaseStranger } from './acceptance/stranger.ts';
import { Connection } from './connection/connection.ts';
import type { ConnectionContext } from './connection/connection-context.ts';
import { endpointPairOf } from './connection/endpoint.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import type { ConnectionOwner } from './connection-owner.ts';
import { ConnectionAttempts } from './lifetime/connection-attempts.ts';
import { ConnectionLifetimes } from './lifetime/connection-lifetimes.ts';
import { OneSidedConnections } from './lifetime/one-sided-connections.ts';
import { ConnectionIndex } from './lookup/connection-index.ts';
import type { Place } from './lookup/place.ts';
import { BufferBudget } from './reassembly/buffer-budget.ts';
import { emptyChunk } from './reassembly/ordered-output.ts';
import type { Side } from './stream.ts';

/** Finds the connection of each segment, opens those that are new, and feeds them. */
export class ConnectionTable {
  readonly #counters: Counters;
  readonly #budget: BufferBudget;
  readonly #clock = new SteadyClock();
  readonly #context: ConnectionContext<Connection>;
  readonly #index: ConnectionIndex;
  readonly #lifetimes: ConnectionLifetimes;
  readonly #oneSided: OneSidedConnections;
  readonly #attempts: ConnectionAttempts | undefined;
  #nextId = 0;

  constructor(limits: ConnectionLimits, counters: Counters, owner: ConnectionOwner) {
    this.#counters = counters;
    this.#budget = new BufferBudget(limits.maxBufferedBytes);
    this.#index = new ConnectionIndex(owner.seed);
    this.#oneSided = new OneSidedConnections(counters);
    this.#attempts = owner.attempts && new ConnectionAttempts(owner.attempts, this.#clock);
    const shared = { counters, budget: this.#budget, clock: this.#clock };
    this.#lifetimes = new ConnectionLifetimes(limits, {
      ...shared,
      onFailure: owner.onFailure,
      forget: (connection) => this.#forget(connection),
    });
    this.#context = {
      ...shared,
      chunk: emptyChunk(),
      maxHeldBytes: limits.maxBufferedBytesPerConnection,
      open: owner.open,
      waits: (connection) => this.#lifetimes.wait(connection),
      failed: (connection, error) => this.#lifetimes.failInTimer(connection, error),
    };
  }

  get openConnections(): number {
    return this.#lifetimes.size;
  }

  get bufferedBytes(): number {
    return this.#budget.used;
  }

  segment(segment: Segment): void {
    this.#clock.advance(segment.time);
    const place = this.#index.place(segment);
    const { connection, from } = place;
    if (connection !== undefined && place.isOneSided) {
      if (place.isLeg) return this.#merge(connection, segment);
      this.#oneSided.look(connection);
    }
    if (connection !== undefined && !isOfNewIncarnation(connection, from, segment)) {
      return this.#feed(connection, from, segment);
    }
    if (!opensConnection(segment)) return this.#ignore(segment);
    if (this.#lifetimes.takesLate(segment, place)) return;
    if (connection === undefined) return this.#feed(this.#add(segment, place), 0, segment);
    const isConfirmed = connection.stranger?.isConfirmedBy(segment, from, connection.sides) === true;
    const before = isConfirmed ? releaseStranger(connection, this.#budget) : undefined;
    this.#lifetimes.end(connection, 'replaced', segment.time);
    if (before !== undefined) this.segment(before);
    this.segment(segment);
  }

  /** What is reported as undelivered refuses a connection of which only that SYN was seen, and is nothing else. */
  refuse(segment: Segment): void {
    const { connection, from } = this.#index.place(segment);
    if (from === 1) connection?.enter(() => this.#attempts?.refuse(connection, segment));
  }

  /** Periodic work, by capture time: holes past their deadline, idle connections. */
  tick(now: number): void {
    const steady = this.#clock.advance(now);
    this.#lifetimes.settle(steady);
    this.#attempts?.tick();
    this.#lifetimes.forgetIdle(steady);
  }

  /** The capture is over: every open connection ends. */
  close(): void {
    this.#attempts?.tick();
    for (let { oldest } = this.#lifetimes; oldest !== undefined; oldest = this.#lifetimes.oldest) {
      // Nothing spoke against a new incarnation.
      const unread = oldest.stranger?.isLast(oldest.sides) ? releaseStranger(oldest, this.#budget) : undefined;
      this.#lifetimes.end(oldest, unread === undefined ? 'shutdown' : 'replaced', this.#clock.captureTime);
      if (unread !== undefined) this.segment(unread);
    }
  }

  #add(segment: Segment, place: Place): Connection {
    this.#lifetimes.makeRoom();
    const connection = new Connection(this.#nextId++, endpointPairOf(segment, 0, place), this.#context);
    this.#index.add(connection, segment);
    this.#lifetimes.begin(connection);
    this.#counters.connections_opened++;
    try {
      connection.open();
      this.#attempts?.begin(connection, segment, this.#index.withSameSyn(segment, place));
    } catch (error) {
      this.#lifetimes.fail(connection, error);
    }
    return connection;
  }

  /** An RST may carry text, which is not for the reader, and a SYN with a FIN anything. */
  #ignore(segment: Segment): void {
    this.#counters.payload_bytes_ignored += segment.payloadEnd - segment.payloadStart;
  }

  #feed(connection: Connection, from: Side, segment: Segment): void {
    try {
      if (connection.attempt !== undefined) this.#attempts?.take(connection, from, segment);
      connection.segment(from, segment);
    } catch (error) {
      this.#lifetimes.fail(connection, error);
    }
    this.#lifetimes.touch(connection);
  }

  /** A connection turns out to be a leg of another one, to which its latest segment belongs. */
  #merge(leg: Connection, segment: Segment): void {
    this.#oneSided.exempt(leg);
    this.#lifetimes.end(leg, 'redirected', segment.time);
    this.segment(segment);
  }

  #forget(connection: Connection): void {
    this.#index.remove(connection);
    this.#oneSided.ended(connection);
    this.#attempts?.forget(connection);
  }
}

/**
 * Only a SYN or payload is worth remembering a connection for: an unknown one that merely ends or acknowledges tells
 * nothing.
 */
function opensConnection(segment: Segment): boolean {
  if ((segment.flags & Flag.rst) !== 0) return false;
  if ((segment.flags & Flag.syn) !== 0) return (segment.flags & Flag.fin) === 0;
  return hasPayload(segment);
}
