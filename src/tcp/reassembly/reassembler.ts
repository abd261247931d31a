import { Flag, type Segment } from '../../packet/segment.ts';
import { distance } from '../sequence.ts';
import { otherSide, type Side } from '../stream.ts';
import { mustWait } from './causal-order.ts';
import { deadlineOf, isOvertaken } from './deadlines.ts';
import { giveUp } from './give-up.ts';
import { blockedSide, expiredSide, overtakenSide } from './give-up-order.ts';
import type { Sides } from './half-stream.ts';
import { copied, type HeldSegment, holdFin, payloadOf } from './held-segments.ts';
import { OrderedOutput, type OutputContext, type ReassemblyListener } from './ordered-output.ts';

/** What the reassemblers of all connections share. */
export type ReassemblyContext = OutputContext & {
  /** How much memory one side may hold. */
  readonly maxHeldBytes: number;
};

/**
 * Puts the bytes of both directions in order: of each side by sequence number, and between the sides so that bytes only
 * come after those they acknowledge. What stays missing becomes a gap. In-order bytes pass through without being
 * copied.
 */
export class Reassembler {
  readonly sides: Sides;
  readonly #output: OrderedOutput;
  readonly #context: ReassemblyContext;

  constructor(listener: ReassemblyListener, context: ReassemblyContext) {
    this.#output = new OrderedOutput(listener, context);
    this.sides = this.#output.sides;
    this.#context = context;
  }

  get heldCost(): number {
    return this.sides[0].heldCost + this.sides[1].heldCost;
  }

  get isHolding(): boolean {
    return this.sides[0].isHolding || this.sides[1].isHolding;
  }

  /** When the first deadline passes. */
  get deadline(): number {
    return Math.min(deadlineOf(this.sides[0], this.sides[1]), deadlineOf(this.sides[1], this.sides[0]));
  }

  /** Both sides have ended. */
  get isFinished(): boolean {
    return this.sides[0].ended && this.sides[1].ended;
  }

  /** Hands over the bytes of a segment at once if nothing stands in their way; false if `take` has to take it. */
  pass(side: Side, segment: Segment, acknowledgment: number | undefined): boolean {
    const self = this.sides[side];
    const peer = this.sides[otherSide(side)];
    if (!self.started || segment.sequence !== self.next || self.ended || self.isHolding || peer.isHolding) return false;
    if (mustWait(acknowledgment, self, peer)) return false;
    this.#output.data(side, segment, acknowledgment);
    return true;
  }

  /** Takes any segment but an RST; hands over what it makes deliverable. */
  take(side: Side, segment: Segment): void {
    const { flags, payloadStart, payloadEnd, truncatedBytes } = segment;
    let { sequence } = segment;
    if ((flags & Flag.syn) !== 0) {
      sequence = (sequence + 1) | 0;
      this.#start(side, sequence);
    }
    if (payloadEnd > payloadStart || truncatedBytes > 0) {
      this.#takePayload(side, payloadOf(segment, sequence, this.sides[otherSide(side)].acknowledgmentIn(segment)));
      sequence = (sequence + payloadEnd - payloadStart + truncatedBytes) | 0;
    } else this.#output.drain();
    if ((flags & Flag.fin) !== 0) this.finish(side, segment, sequence);
  }

  /** A FIN: the side ends at this sequence number, unless it has come further already. */
  finish(side: Side, segment: Segment, sequence: number): void {
    const self = this.sides[side];
    if (this.#output.isStopped) {
      if (self.fin === undefined) self.noteFin(sequence, segment.time);
      self.ended = true;
    }
    if (self.ended) return;
    // Right where the other side had received everything: nothing was missed before it.
    if (!self.started && !self.isHolding && sequence === self.firstAcknowledged) self.start(sequence);
    if (self.started && distance(sequence, self.next) < 0) return;
    const peer = this.sides[otherSide(side)];
    const fin = holdFin(segment, sequence, peer.acknowledgmentIn(segment));
    const isProven = !mustWait(fin.acknowledgment, self, peer);
    if (isProven && (self.fin === undefined || distance(sequence, self.fin) < 0)) self.noteFin(sequence, segment.time);
    if (this.#output.end(side, fin)) this.#output.drain();
    else this.#hold(side, fin);
  }

  /** Counts payload that its receiver does not accept. */
  refuse({ payloadStart, payloadEnd }: Segment): void {
    this.#context.counters.payload_bytes_unaccepted += payloadEnd - payloadStart;
  }

  /**
   * A side turns out to acknowledge what it receives: what it holds that does not was made by hand, unless 0 is where
   * the other side began.
   */
  refuseUnacknowledging(side: Side): void {
    const peer = this.sides[otherSide(side)];
    if (peer.beganAtZero) return peer.noteAcknowledgment(0);
    const self = this.sides[side];
    for (const held of self.heldUnacknowledging) this.#output.refuse(side, held);
  }

  /** A second SYN-ACK: the client may accept that one, as long as nothing has come behind the first. */
  noteSecondAnswer(side: Side, segment: Segment): void {
    this.refuse(segment);
    if (this.sides[side].isEmpty) this.sides[side].noteOtherStart((segment.sequence + 1) | 0);
  }

  /** The client acknowledges what a side has sent: of several answers to its SYN, it has accepted that one. */
  chooseStart(side: Side, acknowledgment: number): void {
    const self = this.sides[side];
    const start = self.otherStarts?.chosenBy(acknowledgment, self.first);
    if (start === undefined) return;
    if (self.isEmpty && start !== self.first) this.#restart(side, start);
    self.otherStarts = undefined;
  }

  /** Counts payload that comes after the end. */
  discard(side: Side, { sequence, payloadStart, payloadEnd }: Segment): void {
    this.#output.discard(side, sequence, payloadEnd - payloadStart);
  }

  /** After each segment that did not pass: gives up what a side misses if it holds too much or was overtaken. */
  limit(side: Side, now: number): void {
    const self = this.sides[side];
    self.segmentsBehindHole = self.hasAcknowledgedHole ? self.segmentsBehindHole + 1 : 0;
    while (self.heldCost > this.#context.maxHeldBytes) giveUp(this.#output, side);
    while (isOvertaken(self, now)) giveUp(this.#output, overtakenSide(this.sides, side));
  }

  /** Gives up what is missing past its deadline. */
  giveUpExpired(now: number): void {
    for (let side = expiredSide(this.sides, now); side !== undefined; side = expiredSide(this.sides, now)) {
      giveUp(this.#output, side);
    }
  }

  /** Hands over everything that is held, with gaps. */
  giveUpAll(): void {
    for (let side = blockedSide(this.sides); side !== undefined; side = blockedSide(this.sides)) {
      giveUp(this.#output, side);
    }
  }

  /** Hands over nothing from here on; returns how many payload bytes were still held. */
  stop(): number {
    this.#context.budget.used -= this.heldCost;
    return this.#output.stop();
  }

  /**
   * A SYN: the side begins at this sequence number. A late one only records it, for when the SYN is sent again.
   */
  #start(side: Side, first: number): void {
    const self = this.sides[side];
    self.hasSyn = true;
    self.first = first;
    if (!self.started) self.start(first);
  }

  /** A side of which nothing was handed over begins elsewhere. */
  #restart(side: Side, first: number): void {
    const self = this.sides[side];
    self.start(first);
    self.acknowledged = first;
    self.fin = undefined;
    this.#output.drain();
  }

  #takePayload(side: Side, payload: HeldSegment): void {
    const self = this.sides[side];
    const isKnown = self.started && distance(self.next, payload.sequence) > 0;
    if (isKnown) self.noteSentAgain(payload);
    if (self.ended) return this.#output.discard(side, payload.sequence, payload.bytes.length);
    const overlapsHeld = self.overlapsHeld(payload);
    if (this.#output.deliver(side, payload)) {
      if (!isKnown && overlapsHeld) self.noteSentAgain(payload);
      this.#output.drain();
    } else this.#hold(side, copied(payload));
  }

  /** Keeps a segment until its turn. */
  #hold(side: Side, segment: HeldSegment): void {
    const { sequence, bytes, acknowledgment, time } = segment;
    const self = this.sides[side];
    const isKnown = self.started && distance(self.next, sequence) > 0;
    const isNext = sequence === self.acknowledged && bytes.length > 0;
    const peer = this.sides[otherSide(side)];
    // After the SYN of the other side the one of this side is still to come. What the other side holds came first,
    // unless it is awaited anyway.
    const isFirst = !peer.isHolding || mustWait(acknowledgment, self, peer);
    const joins = isNext && !self.started && !self.isHolding && !peer.hasSyn && isFirst;
    const before = self.heldCost;
    segment.since = this.#context.clock.now;
    const newBytes = self.insert(segment);
    this.#context.budget.used += self.heldCost - before;
    this.#context.counters.payload_bytes_duplicate += bytes.length - newBytes;
    if (!isKnown && newBytes < bytes.length) self.noteSentAgain(segment);
    if (joins) this.#output.join(side, sequence, time);
    this.#output.drain();
  }
}
