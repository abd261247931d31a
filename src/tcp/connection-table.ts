import { Flag, type Segment } from '../packet/segment.ts';
import type { Counters } from '../telemetry/counters.ts';
import { BufferBudget } from './buffer-budget.ts';
import { Connection, type ConnectionContext } from './connection.ts';
import { ConnectionIndex } from './connection-index.ts';
import { EndedConnections } from './ended-connections.ts';
import { Endpoint } from './endpoint.ts';
import { OpenConnections } from './open-connections.ts';
import type { CloseReason, ListenerFactory, Side } from './stream.ts';
import { patience } from './waiting.ts';

export type ConnectionLimits = {
  readonly maxConnections: number;
  /** Bytes held back in all connections together, and in one direction of one connection. */
  readonly maxBufferedBytes: number;
  readonly maxBufferedBytesPerConnection: number;
  /** Connections silent for this long are forgotten, milliseconds. */
  readonly idleMs: number;
};

/** Finds the connection of each segment, and keeps the number of connections and of buffered bytes within their limits. */
export class ConnectionTable {
  readonly #limits: ConnectionLimits;
  readonly #counters: Counters;
  readonly #budget: BufferBudget;
  readonly #context: ConnectionContext;
  readonly #onFailure: (error: unknown) => void;
  readonly #index = new ConnectionIndex();
  readonly #open = new OpenConnections();
  readonly #ended: EndedConnections;
  readonly #waiting = new Set<Connection>();
  #clock = 0;

  constructor(
    limits: ConnectionLimits,
    counters: Counters,
    open: ListenerFactory,
    onFailure: (error: unknown) => void,
  ) {
    this.#limits = limits;
    this.#counters = counters;
    this.#budget = new BufferBudget(limits.maxBufferedBytes);
    this.#ended = new EndedConnections(limits.maxConnections, counters);
    this.#onFailure = onFailure;
    this.#context = {
      counters,
      budget: this.#budget,
      maxHeldBytes: limits.maxBufferedBytesPerConnection,
      open,
      waits: (connection) => this.#waiting.add(connection),
      failed: (connection, error) => {
        const wasOpen = !connection.closed;
        this.#fail(connection, error);
        if (wasOpen) this.#bury(connection);
      },
    };
  }

  get openConnections(): number {
    return this.#open.size;
  }

  get bufferedBytes(): number {
    return this.#budget.used;
  }

  segment(segment: Segment): void {
    if (segment.time > this.#clock) this.#clock = segment.time;
    const { connection, from, hash, senderHash } = this.#index.place(segment);
    if (connection !== undefined && !connection.isReplacedBy(from, segment)) {
      return this.#feed(connection, from, segment);
    }
    if (!opensConnection(segment)) return this.#ignore(segment);
    if (this.#ended.takes(segment, hash, senderHash)) return;
    if (connection !== undefined) {
      const syn = connection.confirmedSyn(from, segment);
      this.#end(connection, 'replaced', segment.time);
      this.#forget(connection);
      if (syn !== undefined) return this.#goOn(syn, segment);
    }
    this.#feed(this.#add(segment, hash, senderHash), 0, segment);
  }

  /** Periodic work, by capture time: holes that have waited too long, idle connections. */
  tick(now: number): void {
    if (now > this.#clock) this.#clock = now;
    for (const connection of this.#waiting) {
      try {
        connection.tick(now);
      } catch (error) {
        this.#fail(connection, error);
      }
      if (!connection.isWaiting) this.#waiting.delete(connection);
      if (connection.closed) this.#bury(connection);
    }
    this.#settleResets(now);
    const idleSince = now - this.#limits.idleMs * 1000;
    for (let oldest = this.#open.idlest; oldest && oldest.lastTime < idleSince; oldest = this.#open.idlest) {
      this.#end(oldest, 'idle', now);
      this.#forget(oldest);
    }
  }

  /** The capture is over: every open connection ends. */
  close(): void {
    for (let { oldest } = this.#open; oldest !== undefined; oldest = this.#open.oldest) {
      this.#end(oldest, 'shutdown', this.#clock);
      this.#forget(oldest);
    }
  }

  #add(segment: Segment, hash: number, firstHash: number): Connection {
    const { bytes, addressLength } = segment;
    this.#makeRoom();
    const source = new Endpoint(bytes, segment.sourceAddress, addressLength, segment.sourcePort);
    const destination = new Endpoint(bytes, segment.destinationAddress, addressLength, segment.destinationPort);
    const connection = new Connection([source, destination], hash, firstHash, this.#context);
    this.#index.add(connection);
    this.#open.add(connection);
    this.#counters.connections_opened++;
    try {
      connection.open();
    } catch (error) {
      this.#fail(connection, error);
    }
    return connection;
  }

  /** A newer connection that began with a SYN which was not believed before. */
  #goOn(syn: Segment, segment: Segment): void {
    this.segment(syn);
    this.segment(segment);
  }

  /** An RST may carry text, which is not for the reader; nothing else with payload leads here. */
  #ignore(segment: Segment): void {
    this.#counters.payload_bytes_ignored += segment.payloadEnd - segment.payloadStart;
  }

  #feed(connection: Connection, from: Side, segment: Segment): void {
    try {
      connection.segment(from, segment);
    } catch (error) {
      this.#fail(connection, error);
    }
    if (connection.closed) this.#bury(connection);
    else this.#open.touch(connection);
    if (this.#budget.exceeded) this.#reclaim();
  }

  #end(connection: Connection, reason: CloseReason, time: number): void {
    try {
      connection.close(reason, time);
    } catch (error) {
      this.#fail(connection, error);
    }
  }

  /** Where errors of our own end: they cost the connection, not the capture. */
  #fail(connection: Connection, error: unknown): void {
    this.#note(error);
    try {
      connection.close('failed', this.#clock);
    } catch (another) {
      this.#note(another);
    }
  }

  #note(error: unknown): void {
    this.#counters.internal_errors++;
    this.#onFailure(error);
  }

  /** What was under way when an RST came still belonged to its connection, for as long as the capture may be out of order. */
  #settleResets(now: number): void {
    for (let oldest = this.#open.firstReset; oldest !== undefined; oldest = this.#open.firstReset) {
      if (now - (oldest.resetTime ?? now) < patience.acknowledged) return;
      try {
        oldest.settleReset(now);
      } catch (error) {
        this.#fail(oldest, error);
      }
      if (oldest.closed) this.#bury(oldest);
      else this.#open.touch(oldest);
    }
  }

  /** The connection has ended by itself. */
  #bury(connection: Connection): void {
    if (!connection.isRefused) this.#ended.add(connection, this.#clock);
    this.#forget(connection);
  }

  #makeRoom(): void {
    const { oldest } = this.#open;
    if (oldest === undefined || this.#open.size < this.#limits.maxConnections) return;
    this.#end(oldest, 'evicted_count', this.#clock);
    this.#forget(oldest);
  }

  /** Ends the idlest connections that hold memory until a tenth of the limit is free again. */
  #reclaim(): void {
    const target = this.#budget.limit * 0.9;
    let connection = this.#open.oldest;
    while (connection !== undefined && this.#budget.used > target) {
      const next: Connection | undefined = this.#open.after(connection);
      if (connection.heldBytes > 0) {
        this.#end(connection, 'evicted_memory', this.#clock);
        this.#forget(connection);
      }
      connection = next;
    }
  }

  #forget(connection: Connection): void {
    this.#open.remove(connection);
    this.#waiting.delete(connection);
    this.#index.remove(connection);
  }
}

/** Only a SYN or payload is worth remembering a connection for: an unknown one that merely ends or acknowledges tells nothing. */
function opensConnection(segment: Segment): boolean {
  if ((segment.flags & Flag.rst) !== 0) return false;
  return (segment.flags & Flag.syn) !== 0 || segment.payloadEnd > segment.payloadStart || segment.missingBytes > 0;
}
