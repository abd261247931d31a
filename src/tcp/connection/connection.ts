import { Flag, type Segment } from '../../packet/segment.ts';
import { hasEndedWithReset, takesReset } from '../acceptance/acceptable-reset.ts';
import { isMeaningless } from '../acceptance/meaningless.ts';
import { type Incarnation, isSecondAnswer, isStranger } from '../acceptance/new-incarnation.ts';
import { dropStranger, keepStranger, Stranger } from '../acceptance/stranger.ts';
import type { Attempt } from '../attempt.ts';
import type { Sides } from '../reassembly/half-stream.ts';
import type { ReassemblyListener } from '../reassembly/ordered-output.ts';
import { Reassembler } from '../reassembly/reassembler.ts';
import {
  type Chunk,
  type CloseReason,
  type ConnectionHandle,
  ignoringListener,
  type ListenerFactory,
  nobody,
  otherSide,
  type Side,
  type StreamListener,
} from '../stream.ts';
import type { ConnectionContext } from './connection-context.ts';
import { ConnectionPackets } from './connection-packets.ts';
import { type EndpointPair, type Endpoints, noLegs } from './endpoint.ts';

/** One TCP connection from its first captured packet to its end: feeds a listener with both sides' bytes, in order. */
export class Connection implements ConnectionHandle, Incarnation, ReassemblyListener {
  /** Counts connections in the order of their first packets. */
  readonly id: number;
  /** Other ones once answers come from another address than requests are sent to: then it is redirected. */
  endpoints: Endpoints;
  hash: number;
  firstHash: number;
  /** Its other addresses. */
  legs: readonly EndpointPair[] = noLegs;
  readonly sides: Sides;
  /** Only layers know. */
  readonly forwardedFor = nobody;
  initiator: Side | undefined;
  localSide: Side | undefined;
  lastTime = 0;
  /** Nobody listens any more. */
  isIgnoring = false;
  closed = false;
  due = Number.POSITIVE_INFINITY;
  duePlace = -1;
  underWay = 0;
  /** When an acceptable RST came: it is over, unless its sender sends more, but what was under way still counts. */
  resetTime: number | undefined;
  stranger: Stranger | undefined;
  attempt: Attempt | undefined;
  /** Links of the connection table: deadline queue, recency list and hash bucket. */
  standing: 'resetting' | 'asking' | 'lingering' | 'lasting' = 'asking';
  older: Connection | undefined;
  newer: Connection | undefined;
  nextInBucket: Connection | undefined;

  readonly #context: ConnectionContext<Connection>;
  readonly #reassembler: Reassembler;
  readonly packets: ConnectionPackets;
  #listener: StreamListener | undefined;
  #listenerBytes = 0;
  #position = 0;

  constructor(id: number, { endpoints, hash, firstHash }: EndpointPair, context: ConnectionContext<Connection>) {
    this.id = id;
    this.endpoints = endpoints;
    this.hash = hash;
    this.firstHash = firstHash;
    this.#context = context;
    this.#reassembler = new Reassembler(this, context);
    this.sides = this.#reassembler.sides;
    this.packets = new ConnectionPackets(this.sides);
  }

  /** Asks for the listener; once, before the first segment. */
  open(): void {
    this.#listener = this.#context.open(this);
  }

  nextPosition(): number {
    return this.#position++;
  }

  address(side: Side): string {
    return this.endpoints[side].address;
  }

  port(side: Side): number {
    return this.endpoints[side].port;
  }

  seen(side: Side): boolean {
    return this.sides[side].seen;
  }

  handOn(next: ListenerFactory | 'ignored'): StreamListener {
    if (next !== 'ignored') {
      this.#listener = next(this);
    } else if (!this.isIgnoring) {
      this.isIgnoring = true;
      this.#listener = ignoringListener;
      this.#context.counters.payload_bytes_ignored += this.#reassembler.stop();
    }
    return this.#listener ?? ignoringListener;
  }

  hold(bytes: number): void {
    if (this.closed) return;
    this.#listenerBytes += bytes;
    this.#context.budget.used += bytes;
  }

  keepOpen(count: 1 | -1): void {
    this.underWay += count;
  }

  enter(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#context.failed(this, error);
    }
  }

  get isReset(): boolean {
    return this.resetTime !== undefined && (hasEndedWithReset(this.sides, 0) || hasEndedWithReset(this.sides, 1));
  }

  get isRefused(): boolean {
    return this.resetTime !== undefined && !this.#reassembler.isHolding && this.sides.every(({ isEmpty }) => isEmpty);
  }

  get heldBytes(): number {
    return this.#reassembler.heldCost + (this.stranger?.cost ?? 0) + this.#listenerBytes;
  }

  data(side: Side, chunk: Chunk): void {
    this.#listener?.data(side, chunk);
  }

  gap(side: Side, bytes: number | undefined, time: number): void {
    if (!this.isIgnoring) this.#listener?.gap(side, bytes, time);
  }

  end(side: Side, time: number): void {
    this.#listener?.end(side, time);
  }

  segment(from: Side, segment: Segment): void {
    if (this.closed) return this.#reassembler.discard(from, segment); // It failed as it was opened.
    const { sides } = this;
    this.lastTime = this.#context.clock.now;
    sides[from].seen = true;
    if (this.localSide === undefined && segment.direction !== undefined) {
      this.localSide = segment.direction === 'out' ? from : otherSide(from);
    }
    if (this.isIgnoring) return this.#ignore(from, segment);
    if (isMeaningless(segment.flags, from, sides)) return this.#reassembler.refuse(segment);
    const other = sides[otherSide(from)];
    const acknowledgment = other.acknowledgmentIn(segment);
    if (acknowledgment !== undefined) {
      if (other.acknowledged === undefined) this.#reassembler.refuseUnacknowledging(from);
      if (other.otherStarts !== undefined) this.#reassembler.chooseStart(otherSide(from), acknowledgment);
      other.noteAcknowledgment(acknowledgment);
      this.packets.acknowledges(from, segment.time);
    }
    if ((segment.flags & (Flag.syn | Flag.rst | Flag.fin)) === 0 && segment.truncatedBytes === 0) {
      if (segment.payloadStart === segment.payloadEnd) return this.#wait();
      if (this.#reassembler.pass(from, segment, acknowledgment)) return dropStranger(this, from, this.#context);
    }
    this.#takeUnusual(from, segment);
  }

  /** When the first deadline of what is held passes. */
  get deadline(): number {
    return this.#reassembler.deadline;
  }

  /** Gives up what is missing past its deadline. */
  tick(): void {
    const { clock } = this.#context;
    this.#reassembler.giveUpExpired(clock.now);
    if (this.#reassembler.isFinished) this.close('finished', clock.captureTime);
  }

  /** What was under way when an RST came has had its time: the connection is over, unless the RST was not accepted. */
  settleReset(): void {
    if (this.isReset) this.close('reset', this.#context.clock.captureTime);
    else this.resetTime = undefined;
  }

  /** Hands over what is still held, with gaps, and ends the connection. */
  close(reason: CloseReason, time: number): void {
    if (this.closed) return;
    if (reason !== 'failed') this.#reassembler.giveUpAll();
    this.closed = true;
    const why = this.isReset && reason !== 'failed' ? 'reset' : reason;
    const { counters } = this.#context;
    keepStranger(this, undefined, this.#context);
    counters.payload_bytes_dropped_closed += this.#reassembler.stop();
    counters[`connections_${why}`]++;
    this.#context.budget.used -= this.#listenerBytes;
    this.#listenerBytes = 0;
    const listener = this.#listener;
    this.#listener = undefined;
    listener?.close(why, time);
  }

  /** Everything but bytes in order: SYN, FIN, RST, and bytes that have to wait or came before. */
  #takeUnusual(from: Side, segment: Segment): void {
    const { sides } = this;
    const { next } = sides[from];
    const isSyn = (segment.flags & Flag.syn) !== 0;
    if ((segment.flags & Flag.rst) !== 0) this.#takeReset(from, segment);
    else if (isSyn && isSecondAnswer(segment, from, sides)) this.#reassembler.noteSecondAnswer(from, segment);
    else if (isStranger(segment, from, sides)) keepStranger(this, new Stranger(segment, from), this.#context);
    else {
      if (isSyn) {
        this.packets.noteSyn(from, segment);
        this.initiator ??= (segment.flags & Flag.ack) === 0 ? from : otherSide(from);
      }
      this.#reassembler.take(from, segment);
    }
    if (sides[from].next !== next) dropStranger(this, from, this.#context);
    if (this.#reassembler.isFinished) this.close('finished', segment.time);
    this.#reassembler.limit(from, segment.time);
    this.#wait();
  }

  #wait(): void {
    if (!this.closed && this.#reassembler.isHolding) this.#context.waits(this);
  }

  /** What an RST carries is not for the reader. */
  #takeReset(from: Side, segment: Segment): void {
    this.#context.counters.payload_bytes_ignored += segment.payloadEnd - segment.payloadStart;
    if (takesReset(segment, from, this.sides)) this.resetTime ??= this.#context.clock.now;
  }

  /** The listener no longer wants any payload: only the end of the connection matters. */
  #ignore(from: Side, segment: Segment): void {
    const { flags, sequence, payloadStart, payloadEnd, time } = segment;
    this.#context.counters.payload_bytes_ignored += payloadEnd - payloadStart;
    if ((flags & Flag.fin) !== 0) this.#reassembler.finish(from, segment, sequence);
    if ((flags & Flag.rst) !== 0) this.close('reset', time);
    else if (this.#reassembler.isFinished) this.close('finished', time);
  }
}
