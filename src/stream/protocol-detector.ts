import { ByteQueue } from '../bytes/byte-queue.ts';
import {
  type Chunk,
  type ConnectionHandle,
  type ListenerFactory,
  otherSide,
  type Side,
  type StreamListener,
} from '../tcp/stream.ts';
import type { CounterName, Counters } from '../telemetry/counters.ts';
import type { Protocol } from './protocol.ts';

/** A connection seen from its start that has carried this many bytes without a known protocol is left alone. */
const maxUnknownBytes = 4096;
/** No protocol needs more than this to be told from another (a long request line). */
const maxUndecidedBytes = 16 * 1024;
/** Nobody puts more layers into each other: what is deeper is left alone. */
const maxLayers = 8;

/** Most connections never need to keep anything: they share this. */
const noPrefixes = [undefined, undefined] as const;

/** What all detectors share. */
export type DetectorContext = {
  /** In the order in which they are tried. */
  readonly protocols: readonly Protocol[];
  readonly counters: Counters;
  /** Whether a connection is one of this process itself. */
  readonly isOwn: (connection: ConnectionHandle) => boolean;
};

type Prefix = {
  readonly queue: ByteQueue;
  readonly first: Pick<Chunk, 'time' | 'sequence' | 'acknowledgment'>;
  lastTime: number;
  /** Of how many bytes it is known that they say nothing. */
  skipped: number;
};

/**
 * Listens to a new connection until one side says something that a protocol knows, then hands it over to that
 * protocol's listener, with what was held back. Where the beginning was missed, every start of a segment is looked at.
 */
export class ProtocolDetector implements StreamListener {
  readonly #connection: ConnectionHandle;
  readonly #context: DetectorContext;
  readonly #inside: ListenerFactory;
  #prefixes: readonly [Prefix | undefined, Prefix | undefined] = noPrefixes;
  /**
   * What was lost or made no sense before the protocol was known, which it is told about afterwards: the latest comes
   * last. `undefined` bytes: what comes next on that side is not its beginning, and nothing is known of what came
   * before.
   */
  #gaps: Map<Side, { readonly bytes: number | undefined; readonly time: number }> | undefined;
  #unknownBytes = 0;
  #hasMissedStart = false;
  /** Bits 0 and 1: sides that have said something, from their start on, that no protocol knows. */
  #unknownSides = 0;

  /** `inside` finds out what a layer carries that is opened here. */
  constructor(connection: ConnectionHandle, context: DetectorContext, inside = detectorInside(context)) {
    this.#connection = connection;
    this.#context = context;
    this.#inside = inside;
  }

  data(side: Side, chunk: Chunk): void {
    const prefix = this.#prefixes[side];
    if (prefix === undefined || (this.#hasMissedStart && this.#isStart(side, chunk))) {
      this.#drop(side);
      return this.#look(side, chunk);
    }
    this.#append(prefix, chunk);
    this.#look(side, whole(prefix));
  }

  gap(side: Side, bytes: number | undefined, time: number): void {
    const prefix = this.#prefixes[side];
    const cut = prefix === undefined || this.#hasMissedStart ? undefined : this.#detectCut(whole(prefix));
    if (prefix !== undefined && cut !== undefined) {
      return this.#open(cut, side, whole(prefix))?.gap(side, bytes, time);
    }
    this.#hasMissedStart = true;
    this.#noteGap(side, bytes, time);
    this.#drop(side);
  }

  end(side: Side, time: number): void {
    const prefix = this.#prefixes[side];
    const cut = prefix === undefined || this.#hasMissedStart ? undefined : this.#detectCut(whole(prefix));
    if (prefix !== undefined && cut !== undefined) this.#open(cut, side, whole(prefix))?.end(side, time);
  }

  close(): void {
    this.#drop(0);
    this.#drop(1);
    if (this.#unknownBytes > 0) this.#context.counters.connections_not_http++;
  }

  /** A connection of our own cannot be known when its first packet is seen, only when it carries something. */
  #look(side: Side, chunk: Chunk): void {
    if (this.#context.isOwn(this.#connection)) return this.#leaveAlone('connections_own_traffic');
    const length = chunk.end - chunk.start;
    const protocol = this.#detect(side, chunk, this.#prefixes[side]);
    if (protocol === 'none' || (protocol === 'undecided' && length >= maxUndecidedBytes)) {
      this.#giveUp(side, length, chunk.time);
    } else if (protocol === 'undecided') {
      this.#keep(side, chunk);
    } else {
      this.#open(protocol, side, chunk);
    }
  }

  /** The first row of the table that knows these bytes, as long as no row before it may still come to know them. */
  #detect(side: Side, { bytes, start, end }: Chunk, prefix?: Prefix): Protocol | 'none' | 'undecided' {
    // What comes behind bytes that made no sense can be the rest of them.
    const isLater = this.#hasMissedStart || (this.#unknownSides & (1 << side)) !== 0;
    for (const protocol of this.#context.protocols) {
      const detect = (isLater ? protocol.detectLater : undefined) ?? protocol.detect;
      const from = protocol.skip?.(bytes, start + (prefix?.skipped ?? 0), end) ?? start;
      const verdict = detect(bytes, from, end);
      if (verdict === 'yes') return protocol;
      if (verdict === 'more') {
        if (prefix !== undefined) prefix.skipped = from - start;
        return 'undecided';
      }
    }
    return 'none';
  }

  /** The protocol of which these bytes are the start, though what tells it is missing behind them. */
  #detectCut({ bytes, start, end }: Chunk): Protocol | undefined {
    return this.#context.protocols.find(({ detectCut, skip }) =>
      detectCut?.(bytes, skip?.(bytes, start, end) ?? start, end),
    );
  }

  /**
   * Where the beginning was missed, what was kept can be the end of something: a chunk that speaks for itself is a
   * better start.
   */
  #isStart(side: Side, chunk: Chunk): boolean {
    return typeof this.#detect(side, chunk) === 'object';
  }

  #open(protocol: Protocol, side: Side, chunk: Chunk): StreamListener | undefined {
    const { open, counter, unknownCounter, skip } = protocol;
    if (open === 'ignored') {
      this.#leaveAlone(counter);
      return undefined;
    }
    const { counters } = this.#context;
    if (counter !== undefined) counters[counter]++;
    if (unknownCounter !== undefined) counters[unknownCounter] += (this.#unknownSides & 1) + (this.#unknownSides >> 1);
    const inside = this.#inside;
    const listener = this.#connection.handOn((connection) => open(connection, side, inside));
    for (const [from, gap] of this.#gaps ?? []) listener.gap(from, gap.bytes, gap.time);
    const start = skip?.(chunk.bytes, chunk.start, chunk.end) ?? chunk.start;
    const other = otherSide(side);
    const waiting = this.#prefixes[other];
    const own = { ...chunk, start, sequence: (chunk.sequence + (start - chunk.start)) | 0 };
    // What was said first is heard first: a request that only its response shows to be one.
    const isAnswer = waiting !== undefined && waiting.first.time <= (this.#prefixes[side]?.first.time ?? chunk.time);
    if (!isAnswer) listener.data(side, own);
    if (waiting !== undefined) listener.data(other, whole(waiting));
    if (isAnswer) listener.data(side, own);
    this.#drop(0);
    this.#drop(1);
    return listener;
  }

  #keep(side: Side, chunk: Chunk): void {
    if (this.#prefixes[side] !== undefined) return;
    const { time, sequence, acknowledgment } = chunk;
    const prefix = { queue: new ByteQueue(), first: { time, sequence, acknowledgment }, lastTime: time, skipped: 0 };
    this.#prefixes = side === 0 ? [prefix, this.#prefixes[1]] : [this.#prefixes[0], prefix];
    this.#append(prefix, chunk);
  }

  #giveUp(side: Side, bytes: number, time: number): void {
    this.#drop(side);
    // No loss: it is the end of something, or a keep-alive probe, which may carry an old byte (RFC 9293, 3.8.4).
    if (this.#hasMissedStart) this.#noteGap(side, undefined, time);
    else this.#unknownSides |= 1 << side;
    this.#unknownBytes += bytes;
    if (this.#hasMissedStart || this.#unknownBytes < maxUnknownBytes) return;
    this.#leaveAlone('connections_not_http');
  }

  #leaveAlone(counter: CounterName | undefined): void {
    if (counter !== undefined) this.#context.counters[counter]++;
    this.#drop(0);
    this.#drop(1);
    this.#connection.handOn('ignored');
  }

  #noteGap(side: Side, bytes: number | undefined, time: number): void {
    this.#gaps ??= new Map();
    const before = this.#gaps.get(side);
    this.#gaps.delete(side);
    const known = before === undefined ? bytes : before.bytes;
    this.#gaps.set(side, { bytes: before === undefined || known === undefined ? known : known + (bytes ?? 0), time });
  }

  #append(prefix: Prefix, { bytes, start, end, lastTime }: Chunk): void {
    prefix.lastTime = lastTime;
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

/**
 * Finds out what a layer carries that is opened at this depth: the same for all connections, as those who have a layer
 * keep it.
 */
export function detectorInside(context: DetectorContext, depth = 1): ListenerFactory {
  let further: ListenerFactory | undefined;
  return (inner) => {
    if (depth > maxLayers) {
      context.counters.connections_not_http++;
      return inner.handOn('ignored');
    }
    further ??= detectorInside(context, depth + 1);
    return new ProtocolDetector(inner, context, further);
  };
}

/** All that was kept of one side. */
function whole({ queue, first, lastTime }: Prefix): Chunk {
  return { ...first, lastTime, bytes: queue.bytes, start: 0, end: queue.length };
}
