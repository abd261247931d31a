import { copyBytes } from '../bytes/copy-bytes.ts';
import { acknowledgmentOf, Flag, type Segment } from '../packet/segment.ts';
import type { Endpoint } from './endpoint.ts';
import type { HalfStream } from './half-stream.ts';
import { DoubtfulSyn, isFarBehind, startsAnew } from './port-reuse.ts';
import { Reassembler, type ReassemblyContext, type ReassemblyOutput } from './reassembler.ts';
import { isBelievable, standsByReset } from './reset.ts';
import { distance } from './sequence.ts';
import {
  type Chunk,
  type CloseReason,
  type ConnectionHandle,
  type ListenerFactory,
  otherSide,
  type Side,
  type StreamListener,
} from './stream.ts';
import { hasAcknowledgedHole, isOvertaken } from './waiting.ts';

/** What all connections of a table share. */
export type ConnectionContext = ReassemblyContext & {
  readonly maxHeldBytes: number;
  readonly open: ListenerFactory;
  /** The connection holds data that may have to be given up as time passes. */
  readonly waits: (connection: Connection) => void;
  /** An error of our own was thrown in the name of the connection, which ends with that. */
  readonly failed: (connection: Connection, error: unknown) => void;
};

/** One TCP connection from its first captured packet to its end: a listener is fed with the bytes of both sides, in order. */
export class Connection implements ConnectionHandle, ReassemblyOutput {
  readonly endpoints: readonly [Endpoint, Endpoint];
  /** Of both endpoints, and of the first one. */
  readonly hash: number;
  readonly firstHash: number;
  initiator: Side | undefined;
  localSide: Side | undefined;
  lastTime = 0;
  closed = false;
  isWaiting = false;
  /** When an RST came: the connection is over, unless its sender goes on, but what was under way then still belongs to it. */
  resetTime: number | undefined;
  /** Links of the connection table: recency list and hash bucket. */
  isLeaving = false;
  older: Connection | undefined;
  newer: Connection | undefined;
  nextInBucket: Connection | undefined;

  readonly #context: ConnectionContext;
  readonly #reassembler: Reassembler;
  #listener: StreamListener | undefined;
  #ignoring = false;
  #doubtfulSyn: DoubtfulSyn | undefined;
  #listenerBytes = 0;

  constructor(endpoints: readonly [Endpoint, Endpoint], hash: number, firstHash: number, context: ConnectionContext) {
    this.endpoints = endpoints;
    this.hash = hash;
    this.firstHash = firstHash;
    this.#context = context;
    this.#reassembler = new Reassembler(this, context);
  }

  /** Asks for the listener; once, before the first segment. */
  open(): void {
    this.#listener = this.#context.open(this);
  }

  address(side: Side): string {
    return this.endpoints[side].address;
  }

  port(side: Side): number {
    return this.endpoints[side].port;
  }

  seen(side: Side): boolean {
    return this.#reassembler.sides[side].seen;
  }

  ignorePayload(): void {
    this.#ignoring = true;
    this.#context.counters.payload_bytes_ignored += this.#reassembler.stop();
  }

  hold(bytes: number): void {
    if (this.closed) return;
    this.#listenerBytes += bytes;
    this.#context.budget.used += bytes;
  }

  enter(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#context.failed(this, error);
    }
  }

  get isReset(): boolean {
    return this.resetTime !== undefined && this.sides.some(standsByReset);
  }

  get sides(): readonly [HalfStream, HalfStream] {
    return this.#reassembler.sides;
  }

  get isIgnoring(): boolean {
    return this.#ignoring;
  }

  /** It was reset before it carried anything: the client may ask again with the same SYN. */
  get isRefused(): boolean {
    return this.resetTime !== undefined && !this.#reassembler.isHolding && this.sides.every(isEmpty);
  }

  get heldBytes(): number {
    return this.#reassembler.heldCost + this.#listenerBytes;
  }

  data(side: Side, chunk: Chunk): void {
    this.#listener?.data(side, chunk);
  }

  gap(side: Side, bytes: number | undefined, time: number): void {
    if (!this.#ignoring) this.#listener?.gap(side, bytes, time);
  }

  end(side: Side, time: number): void {
    this.#listener?.end(side, time);
  }

  /** Whether this segment can only belong to a newer connection between the same ports. */
  isReplacedBy(from: Side, segment: Segment): boolean {
    const { flags } = segment;
    const self = this.#reassembler.sides[from];
    if ((flags & Flag.rst) !== 0) return false;
    if (this.confirmedSyn(from, segment) !== undefined) return true;
    if ((flags & Flag.syn) !== 0) return (startsAnew(segment, self) && !this.#doubts(segment)) || this.isRefused;
    // Of an ignored connection the sequence numbers are not followed.
    return !this.#ignoring && isFarBehind(segment, self);
  }

  /** The SYN with which the newer connection began, if it was not believed at first and this segment confirms it. */
  confirmedSyn(from: Side, segment: Segment): Segment | undefined {
    const syn = this.#doubtfulSyn;
    return syn?.isConfirmedBy(segment, from, this.#reassembler.sides[from]) ? syn.segment : undefined;
  }

  segment(from: Side, segment: Segment): void {
    if (this.closed) return this.#discard(from, segment);
    const self = this.#reassembler.sides[from];
    this.lastTime = segment.time;
    self.seen = true;
    if (this.localSide === undefined && segment.direction !== undefined) {
      this.localSide = segment.direction === 'out' ? from : otherSide(from);
    }
    if (this.#ignoring) return this.#count(from, segment);
    const acknowledgment = acknowledgmentOf(segment);
    if (acknowledgment !== undefined) this.#reassembler.sides[otherSide(from)].noteAcknowledgment(acknowledgment);
    if ((segment.flags & (Flag.syn | Flag.rst | Flag.fin)) === 0 && segment.missingBytes === 0) {
      const { sequence, bytes, payloadStart, payloadEnd, time } = segment;
      if (payloadStart === payloadEnd) return;
      if (this.#reassembler.pass(from, sequence, acknowledgment, bytes, payloadStart, payloadEnd, time)) return;
    }
    this.#unusual(from, self, segment, acknowledgment);
  }

  /** Gives up what has been missing for too long. */
  tick(now: number): void {
    for (let side = this.#reassembler.expired(now); side !== undefined && !this.closed; ) {
      this.#reassembler.giveUp(side);
      side = this.#reassembler.expired(now);
    }
    if (this.#reassembler.isFinished) this.close('finished', now);
    this.isWaiting = !this.closed && this.#reassembler.isHolding;
  }

  /** What was under way when an RST came has had its time: the connection is over, or goes on because the RST was not believed. */
  settleReset(now: number): void {
    if (this.isReset) this.close('reset', now);
    else this.resetTime = undefined;
  }

  /** Hands over what is still held, with gaps, and ends the connection. */
  close(reason: CloseReason, time: number): void {
    if (this.closed) return;
    if (reason !== 'failed') {
      for (let side = this.#reassembler.blocked(); side !== undefined; side = this.#reassembler.blocked()) {
        this.#reassembler.giveUp(side);
      }
    }
    this.closed = true;
    const why = this.isReset && reason !== 'failed' ? 'reset' : reason;
    const { counters } = this.#context;
    counters.payload_bytes_dropped_closed += this.#reassembler.stop();
    counters[`connections_${why}`]++;
    if (!this.seen(0) || !this.seen(1)) counters.connections_one_sided++;
    this.#context.budget.used -= this.#listenerBytes;
    this.#listenerBytes = 0;
    const listener = this.#listener;
    this.#listener = undefined;
    listener?.close(why, time);
  }

  /** Everything but bytes in order: SYN, FIN, RST, and bytes that have to wait or came before. */
  #unusual(from: Side, self: HalfStream, segment: Segment, acknowledgment: number | undefined): void {
    if ((segment.flags & Flag.rst) !== 0) this.#reset(self, segment);
    else this.#take(from, segment, acknowledgment);
    if (this.#reassembler.isFinished) this.close('finished', segment.time);
    self.piecesBehindHole = hasAcknowledgedHole(self) ? self.piecesBehindHole + 1 : 0;
    while (!this.closed && self.heldCost > this.#context.maxHeldBytes) this.#reassembler.giveUp(from);
    while (!this.closed && isOvertaken(self, segment.time)) this.#reassembler.giveUpOvertaken(from);
    if (!this.closed && !this.isWaiting && this.#reassembler.isHolding) {
      this.isWaiting = true;
      this.#context.waits(this);
    }
  }

  #take(from: Side, segment: Segment, acknowledgment: number | undefined): void {
    const { flags, payloadStart, payloadEnd, missingBytes, time } = segment;
    let { sequence } = segment;
    if ((flags & Flag.syn) !== 0) {
      if (startsAnew(segment, this.sides[from])) {
        this.#doubtfulSyn = new DoubtfulSyn(segment, from);
        return;
      }
      sequence = (sequence + 1) | 0;
      this.initiator ??= (flags & Flag.ack) === 0 ? from : otherSide(from);
      this.#reassembler.start(from, sequence);
    }
    if (payloadEnd > payloadStart || missingBytes > 0) {
      const bytes = copyBytes(segment.bytes, payloadStart, payloadEnd);
      this.#reassembler.hold(from, { sequence, acknowledgment, bytes, time, missingBytes });
      sequence = (sequence + bytes.length + missingBytes) | 0;
    } else this.#reassembler.drain();
    if ((flags & Flag.fin) !== 0) this.#reassembler.finish(from, sequence, acknowledgment, time);
  }

  /** What an RST carries is not for the reader. */
  #reset(self: HalfStream, { sequence, payloadStart, payloadEnd, time }: Segment): void {
    this.#context.counters.payload_bytes_ignored += payloadEnd - payloadStart;
    if (!isBelievable(sequence, self)) return;
    self.resetAt = self.started && distance(sequence, self.next) < 0 ? self.next : sequence;
    this.resetTime ??= time;
  }

  /** Whether a SYN that begins a newer connection is to wait until it is confirmed. */
  #doubts({ flags, payloadStart, payloadEnd, missingBytes }: Segment): boolean {
    if ((flags & Flag.ack) !== 0 || payloadEnd > payloadStart || missingBytes > 0) return false;
    return this.sides[0].started && this.sides[1].started && !this.isReset && !this.#ignoring;
  }

  /** Of a connection whose payload nobody wants any more, only the end matters. */
  #count(from: Side, segment: Segment): void {
    const { flags, sequence, time } = segment;
    this.#context.counters.payload_bytes_ignored += segment.payloadEnd - segment.payloadStart;
    if ((flags & Flag.fin) !== 0) this.#reassembler.finish(from, sequence, undefined, time);
    if ((flags & Flag.rst) !== 0) this.close('reset', time);
    else if (this.#reassembler.isFinished) this.close('finished', time);
  }

  /** A connection that failed as it was made. */
  #discard(from: Side, { sequence, payloadStart, payloadEnd }: Segment): void {
    this.#reassembler.discard(from, sequence, payloadEnd - payloadStart);
  }
}

function isEmpty({ first, next }: HalfStream): boolean {
  return first === next;
}
