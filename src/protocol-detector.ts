import { ByteQueue } from './bytes/byte-queue.ts';
import { proxyHeaderLength } from './http/proxy-header.ts';
import type { Protocol } from './protocols.ts';
import {
  type Chunk,
  type CloseReason,
  type ConnectionHandle,
  otherSide,
  type Side,
  type StreamListener,
} from './tcp/stream.ts';
import type { CounterName, Counters } from './telemetry/counters.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** A connection seen from its start that has carried this many bytes without a known protocol is left alone. */
const maxUnknownBytes = 4096;
/** No protocol needs more than this to be told from another (a long request line behind a PROXY header). */
const maxUndecidedBytes = 16 * 1024;

/** Most connections never need to keep anything: they share this. */
const noPrefixes = [undefined, undefined] as const;

/** Whether a connection is one of this process itself. */
export type IsOwn = (connection: ConnectionHandle) => boolean;

type Prefix = {
  readonly queue: ByteQueue;
  readonly first: { readonly time: number; readonly sequence: number };
  /** How many bytes of it are a PROXY header and empty lines. */
  passed: number;
};

/**
 * Listens to a new connection until one side says something that a protocol knows, then hands it over to that protocol's listener,
 * with what was held back. Where the beginning was missed, every start of a segment is looked at.
 */
export class ProtocolDetector implements StreamListener {
  readonly #connection: ConnectionHandle;
  readonly #protocols: readonly Protocol[];
  readonly #counters: Counters;
  readonly #isOwn: IsOwn;
  #prefixes: readonly [Prefix | undefined, Prefix | undefined] = noPrefixes;
  #listener: StreamListener | undefined;
  /** What was lost or made no sense before the protocol was known, which it is told about afterwards: the latest comes last. */
  #gaps: Map<Side, { readonly bytes: number | undefined; readonly time: number }> | undefined;
  #unknownBytes = 0;
  #hasMissedStart = false;

  constructor(
    connection: ConnectionHandle,
    protocols: readonly Protocol[],
    counters: Counters,
    isOwn: IsOwn = () => false,
  ) {
    this.#connection = connection;
    this.#protocols = protocols;
    this.#counters = counters;
    this.#isOwn = isOwn;
  }

  data(side: Side, chunk: Chunk): void {
    if (this.#listener !== undefined) return this.#listener.data(side, chunk);
    const prefix = this.#prefixes[side];
    if (prefix === undefined || (this.#hasMissedStart && this.#isStart(chunk))) {
      this.#drop(side);
      return this.#look(side, chunk);
    }
    this.#append(prefix, chunk.bytes, chunk.start, chunk.end);
    this.#look(side, { ...prefix.first, bytes: prefix.queue.bytes, start: 0, end: prefix.queue.length });
  }

  gap(side: Side, bytes: number | undefined, time: number): void {
    if (this.#listener !== undefined) return this.#listener.gap(side, bytes, time);
    this.#hasMissedStart = true;
    this.#noteGap(side, bytes, time);
    this.#drop(side);
  }

  end(side: Side, time: number): void {
    this.#listener?.end(side, time);
  }

  close(reason: CloseReason, time: number): void {
    if (this.#listener !== undefined) return this.#listener.close(reason, time);
    this.#drop(0);
    this.#drop(1);
    if (this.#unknownBytes > 0) this.#counters.connections_not_http++;
  }

  /** A connection of our own cannot be known when its first packet is seen, only when it carries something. */
  #look(side: Side, chunk: Chunk): void {
    if (this.#isOwn(this.#connection)) return this.#leaveAlone('connections_own_traffic');
    const { bytes, end } = chunk;
    const header = proxyHeaderLength(bytes, chunk.start, end);
    const passed = Math.max(header ?? 0, this.#prefixes[side]?.passed ?? 0);
    const start = afterEmptyLines(bytes, chunk.start + passed, end);
    const protocol = header === undefined ? 'undecided' : this.#detect(bytes, start, end);
    const isTooLong = end - chunk.start >= maxUndecidedBytes;
    if (protocol === 'none' || (protocol === 'undecided' && isTooLong)) {
      this.#giveUp(side, end - chunk.start, chunk.time);
    } else if (protocol === 'undecided') {
      this.#keep(side, chunk, header === undefined ? 0 : start - chunk.start);
    } else {
      this.#open(protocol, side, { ...chunk, start, sequence: (chunk.sequence + (start - chunk.start)) | 0 });
    }
  }

  /** The first row of the table that knows these bytes, as long as no row before it may still come to know them. */
  #detect(bytes: Buffer, start: number, end: number): Protocol | 'none' | 'undecided' {
    for (const protocol of this.#protocols) {
      const detect = (this.#hasMissedStart ? protocol.detectLater : undefined) ?? protocol.detect;
      const verdict = detect(bytes, start, end);
      if (verdict !== 'no') return verdict === 'yes' ? protocol : 'undecided';
    }
    return 'none';
  }

  /** Where the beginning was missed, what was kept can be the end of something: a chunk that speaks for itself is a better start. */
  #isStart(chunk: Chunk): boolean {
    return typeof this.#detect(chunk.bytes, chunk.start, chunk.end) === 'object';
  }

  #open(protocol: Protocol, side: Side, chunk: Chunk): void {
    if (protocol.open === 'ignored') return this.#leaveAlone(protocol.counter);
    this.#counters[protocol.counter]++;
    const listener = protocol.open(this.#connection, side);
    this.#listener = listener;
    for (const [from, gap] of this.#gaps ?? []) listener.gap(from, gap.bytes, gap.time);
    const other = otherSide(side);
    const waiting = this.#prefixes[other];
    listener.data(side, chunk);
    if (waiting !== undefined) {
      listener.data(other, { ...waiting.first, bytes: waiting.queue.bytes, start: 0, end: waiting.queue.length });
    }
    this.#drop(0);
    this.#drop(1);
  }

  #keep(side: Side, chunk: Chunk, passed: number): void {
    const kept = this.#prefixes[side];
    if (kept !== undefined) {
      kept.passed = passed;
      return;
    }
    const prefix = { queue: new ByteQueue(), first: { time: chunk.time, sequence: chunk.sequence }, passed };
    this.#prefixes = side === 0 ? [prefix, this.#prefixes[1]] : [this.#prefixes[0], prefix];
    this.#append(prefix, chunk.bytes, chunk.start, chunk.end);
  }

  #giveUp(side: Side, bytes: number, time: number): void {
    this.#drop(side);
    if (this.#hasMissedStart) this.#noteGap(side, bytes, time);
    this.#unknownBytes += bytes;
    if (this.#hasMissedStart || this.#unknownBytes < maxUnknownBytes) return;
    this.#leaveAlone('connections_not_http');
  }

  #leaveAlone(counter: CounterName): void {
    this.#counters[counter]++;
    this.#drop(0);
    this.#drop(1);
    this.#unknownBytes = 0;
    this.#connection.ignorePayload();
  }

  #noteGap(side: Side, bytes: number | undefined, time: number): void {
    const known = this.#gaps?.get(side)?.bytes;
    this.#gaps ??= new Map();
    this.#gaps.delete(side);
    this.#gaps.set(side, { bytes: bytes === undefined ? known : bytes + (known ?? 0), time });
  }

  #append(prefix: Prefix, bytes: Buffer, start: number, end: number): void {
    const held = prefix.queue.heldBytes;
    prefix.queue.append(bytes, start, end);
    this.#connection.hold(prefix.queue.heldBytes - held);
  }

  #drop(side: Side): void {
    const prefix = this.#prefixes[side];
    if (prefix === undefined) return;
    this.#connection.hold(-prefix.queue.heldBytes);
    this.#prefixes = side === 0 ? [undefined, this.#prefixes[1]] : [this.#prefixes[0], undefined];
  }
}

/** Clients may send empty lines before a request (RFC 9112, section 2.2). */
function afterEmptyLines(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === carriageReturn || bytes[at] === lineFeed)) at++;
  return at;
}
