import type { SteadyClock } from '../../bytes/steady-clock.ts';
import { Flag, type Segment } from '../../packet/segment.ts';
import type { Counters } from '../../telemetry/counters.ts';
import type { Connection } from '../connection/connection.ts';
import type { EndpointHashes, EndpointPair } from '../connection/endpoint.ts';
import { deadlines } from '../reassembly/deadlines.ts';
import { distance, farAway } from '../sequence.ts';
import type { Side } from '../stream.ts';

/** How long what a connection has carried is recognised when it is sent again, microseconds. */
const memory = 60_000_000;
/** How long bytes may be under way in a connection that is over, microseconds. */
const transit = 2_000_000;

/** The most connections that are remembered. */
const maxRows = 1 << 16;
/** The rows in which a connection may stand; of more that share them, the latest ones do. */
const placesPerHash = 4;

/** What is known of a connection: numbers in a row. Those of the second side follow those of the first. */
const Column = { hash: 0, firstHash: 1, flags: 2, first: 3, end: 5 } as const;
const columns = 7;
const Known = { first: 1, end: 4, finished: 16, ignored: 32, reset: 64 } as const;

/**
 * Connections that have ended, in a state like TCP's own TIME-WAIT (RFC 9293, section 3.3.2): a few numbers each, so
 * that their last retransmissions are recognised. A whole `Connection` would cost forty times as much, and thousands
 * may end in a second.
 */
export class TimeWait {
  readonly #counters: Counters;
  readonly #clock: SteadyClock;
  readonly #buckets: number;
  /** When each row was written; the arrays are only made when there is something to remember. */
  #times = new Float64Array(0);
  #numbers = new Int32Array(0);

  constructor(maxConnections: number, counters: Counters, clock: SteadyClock) {
    this.#clock = clock;
    this.#counters = counters;
    this.#buckets = Math.ceil(Math.min(maxConnections, maxRows) / placesPerHash);
  }

  /** Under all the addresses that its packets came with. */
  add(connection: Connection): void {
    this.#add(connection, connection);
    for (const leg of connection.legs) this.#add(connection, leg);
  }

  /** Whether a segment is a late one of such a connection; its payload is counted then. */
  takes(segment: Segment, { hash, senderHash }: EndpointHashes): boolean {
    const row = this.#find(hash, senderHash);
    if (row === undefined) return false;
    const side = this.#get(row, Column.firstHash) === senderHash ? 0 : 1;
    if (!this.#isLate(segment, row, side)) return false;
    const { sequence, payloadStart, payloadEnd } = segment;
    const flags = this.#get(row, Column.flags);
    const bytes = payloadEnd - payloadStart;
    const before = (flags & (Known.end << side)) === 0 ? 0 : distance(this.#get(row, Column.end + side), sequence);
    const known = Math.min(Math.max(before, 0), bytes);
    this.#counters.payload_bytes_duplicate += known;
    if ((flags & Known.ignored) !== 0) this.#counters.payload_bytes_ignored += bytes - known;
    else this.#counters.payload_bytes_dropped_closed += bytes - known;
    return true;
  }

  #add({ sides, isIgnoring, resetTime }: Connection, { hash, firstHash }: EndpointPair): void {
    if (this.#times.length === 0) {
      this.#times = new Float64Array(this.#buckets * placesPerHash);
      this.#numbers = new Int32Array(this.#times.length * columns);
    }
    const row = this.#place(hash);
    const isFinished = sides[0].fin !== undefined && sides[1].fin !== undefined;
    let flags = (isFinished ? Known.finished : 0) | (isIgnoring ? Known.ignored : 0);
    for (const side of [0, 1] as const) {
      const { started, first, next, fin, reset } = sides[side];
      if (started) flags |= Known.first << side;
      if (isFinished || (started && !isIgnoring)) flags |= Known.end << side;
      if (reset !== undefined) flags |= Known.reset << side;
      this.#set(row, Column.first + side, first);
      this.#set(row, Column.end + side, isFinished ? (fin as number) : next);
    }
    this.#set(row, Column.hash, hash);
    this.#set(row, Column.firstHash, firstHash);
    this.#set(row, Column.flags, flags);
    // After a silence, an RST has had its time long before the packet that tells so.
    this.#times[row] = Math.min(this.#clock.now, (resetTime ?? this.#clock.now) + deadlines.acknowledged);
  }

  #isLate({ flags, sequence, payloadStart, payloadEnd, truncatedBytes }: Segment, row: number, side: Side): boolean {
    const known = this.#get(row, Column.flags);
    if ((flags & Flag.syn) !== 0) {
      return (known & (Known.first << side)) !== 0 && this.#get(row, Column.first + side) === ((sequence + 1) | 0);
    }
    const isUnderWay = this.#clock.now - (this.#times[row] as number) < transit;
    if ((known & (Known.end << side)) === 0) return isUnderWay;
    const ahead = distance(sequence, this.#get(row, Column.end + side));
    if (Math.abs(ahead) > farAway) return false;
    // Behind a FIN there is nothing to come; a keep-alive probe stands right at it.
    if ((known & Known.finished) !== 0) return ahead <= 0;
    // More bytes from a side after its own RST show that its receiver did not accept that.
    const isBeyond = ahead + payloadEnd - payloadStart + truncatedBytes > 0;
    if (isBeyond && (known & (Known.reset << side)) !== 0) return false;
    return ahead < 0 || isUnderWay;
  }

  #find(hash: number, senderHash: number): number | undefined {
    const start = this.#bucket(hash);
    for (let row = start; row < start + placesPerHash && row < this.#times.length; row++) {
      if (this.#get(row, Column.hash) !== hash || this.#clock.now - (this.#times[row] as number) >= memory) continue;
      const first = this.#get(row, Column.firstHash);
      if (first === senderHash || first === ((hash - senderHash) | 0)) return row;
    }
    return undefined;
  }

  /** The row of the same connection, or the oldest one. */
  #place(hash: number): number {
    const start = this.#bucket(hash);
    let oldest = start;
    for (let row = start; row < start + placesPerHash; row++) {
      if (this.#get(row, Column.hash) === hash) return row;
      if ((this.#times[row] as number) < (this.#times[oldest] as number)) oldest = row;
    }
    return oldest;
  }

  #bucket(hash: number): number {
    return ((hash >>> 0) % this.#buckets) * placesPerHash;
  }

  #get(row: number, column: number): number {
    return this.#numbers[row * columns + column] as number;
  }

  #set(row: number, column: number, value: number): void {
    this.#numbers[row * columns + column] = value;
  }
}
