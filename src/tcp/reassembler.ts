import type { Writable } from '../bytes/writable.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { BufferBudget } from './buffer-budget.ts';
import { HalfStream, type Piece } from './half-stream.ts';
import { distance, farAway } from './sequence.ts';
import { type Chunk, otherSide, type Side } from './stream.ts';
import { hasAcknowledgedHole, hasExpired, hasHole, mustWait } from './waiting.ts';

/** Where bytes go once they are in order. */
export interface ReassemblyOutput {
  data(side: Side, chunk: Chunk): void;
  gap(side: Side, bytes: number | undefined, time: number): void;
  end(side: Side, time: number): void;
}

/** What the reassemblers of all connections share. */
export type ReassemblyContext = {
  readonly counters: Counters;
  readonly budget: BufferBudget;
};

/**
 * Puts the bytes of both directions in order: of each side by sequence number, and between the sides so that bytes only come after those
 * they acknowledge. What stays missing becomes a gap. In-order bytes pass through without being copied.
 */
export class Reassembler {
  readonly sides: readonly [HalfStream, HalfStream] = [new HalfStream(), new HalfStream()];
  readonly #output: ReassemblyOutput;
  readonly #context: ReassemblyContext;
  #isStopped = false;

  constructor(output: ReassemblyOutput, context: ReassemblyContext) {
    this.#output = output;
    this.#context = context;
  }

  get heldCost(): number {
    return this.sides[0].heldCost + this.sides[1].heldCost;
  }

  get isHolding(): boolean {
    return this.sides[0].isHolding || this.sides[1].isHolding;
  }

  /** Both sides have ended. */
  get isFinished(): boolean {
    return this.sides[0].ended && this.sides[1].ended;
  }

  /** Hands over the bytes at once if nothing stands in their way; false if they have to be held. */
  pass(
    side: Side,
    sequence: number,
    acknowledgment: number | undefined,
    payload: Buffer,
    start: number,
    end: number,
    time: number,
  ) {
    const self = this.sides[side];
    const peer = this.sides[otherSide(side)];
    if (!self.started || sequence !== self.next || self.ended || self.isHolding || peer.isHolding) return false;
    if (mustWait(acknowledgment, self, peer)) return false;
    this.#deliver(side, self, payload, start, end, time);
    return true;
  }

  /** Takes a piece that did not pass; hands over whatever it makes deliverable. */
  hold(side: Side, piece: Piece): void {
    const self = this.sides[side];
    if (self.ended) return this.discard(side, piece.sequence, piece.bytes.length);
    const isNext = piece.sequence === self.acknowledged && piece.bytes.length > 0;
    const peer = this.sides[otherSide(side)];
    // After the SYN of the other side the one of this side is still to come. What the other side holds came first, unless it is awaited anyway.
    const isFirst = !peer.isHolding || mustWait(piece.acknowledgment, self, peer);
    const joins = isNext && !self.started && !self.isHolding && !peer.hasSyn && isFirst;
    const before = self.heldCost;
    if (!self.insert(piece)) this.#context.counters.payload_bytes_duplicate += piece.bytes.length;
    this.#context.budget.used += self.heldCost - before;
    if (joins) this.#join(side, self, piece.sequence, piece.time);
    this.drain();
  }

  /** A SYN: the side begins at this sequence number, as `drain` will see. A late one only tells so, for when it is sent again. */
  start(side: Side, first: number): void {
    const self = this.sides[side];
    self.hasSyn = true;
    self.first = first;
    if (!self.started) self.start(first);
  }

  /** A FIN: the side ends at this sequence number. An empty piece keeps its place behind a hole. */
  finish(side: Side, fin: number, acknowledgment: number | undefined, time: number): void {
    const self = this.sides[side];
    if (self.fin === undefined) {
      self.fin = fin;
      self.finTime = time;
    }
    if (this.#isStopped) self.ended = true;
    if (self.ended) return;
    // Right where the other side had received everything: nothing was missed before it.
    if (!self.started && !self.isHolding && fin === self.firstAcknowledged) self.start(fin);
    if (self.started && distance(fin, self.next) <= 0) this.drain();
    else this.hold(side, { sequence: fin, acknowledgment, bytes: noBytes, time, missingBytes: 0 });
  }

  /** Counts payload that is not handed over: it came before, or it stands behind the end of its side. */
  discard(side: Side, sequence: number, bytes: number): void {
    const self = this.sides[side];
    const known = self.started ? Math.min(Math.max(distance(self.next, sequence), 0), bytes) : 0;
    this.#context.counters.payload_bytes_duplicate += known;
    this.#context.counters.payload_bytes_dropped_closed += bytes - known;
  }

  /** Makes one step past what blocks a side: starts in the middle, steps over a hole, or stops waiting for the other side. */
  giveUp(side: Side): void {
    const self = this.sides[side];
    const piece = self.head;
    if (piece === undefined) return;
    if (!self.started) this.#join(side, self, piece.sequence, piece.time);
    else if (hasHole(self)) this.#gap(side, self, this.#hole(side, piece.sequence), piece.time);
    else if (hasHole(this.sides[otherSide(side)])) return this.giveUp(otherSide(side));
    else if (!this.#missAcknowledged(otherSide(side), piece)) self.waived = piece.acknowledgment;
    this.drain();
  }

  /** The same for a side whose hole was overtaken: if both have an acknowledged one, first for the side that has waited longer, since its bytes came first. */
  giveUpOvertaken(side: Side): void {
    const other = otherSide(side);
    const isOtherFirst = hasAcknowledgedHole(this.sides[other]) && this.#heldSince(other) < this.#heldSince(side);
    this.giveUp(isOtherFirst ? other : side);
  }

  #heldSince(side: Side): number {
    return this.sides[side].head?.time ?? Number.POSITIVE_INFINITY;
  }

  /** A side whose first held piece has waited for too long. */
  expired(now: number): Side | undefined {
    const [first, second] = this.sides;
    if (hasExpired(first, second, now)) return 0;
    return hasExpired(second, first, now) ? 1 : undefined;
  }

  /** The side to give up on first: one that misses bytes before one that waits for the other, else the one that has waited longer. */
  blocked(): Side | undefined {
    const [first, second] = this.sides;
    if (first.head === undefined) return second.head === undefined ? undefined : 1;
    if (second.head === undefined) return 0;
    if (hasHole(first) !== hasHole(second)) return hasHole(first) ? 0 : 1;
    return first.head.time <= second.head.time ? 0 : 1;
  }

  /** Nothing is handed over any more; returns how many payload bytes were still held. */
  stop(): number {
    this.#isStopped = true;
    for (const self of this.sides) self.ended ||= self.fin !== undefined;
    this.#context.budget.used -= this.heldCost;
    return this.sides[0].clear() + this.sides[1].clear();
  }

  /** How many bytes to step over: up to the next ones that were captured, or up to where bytes of the other side belong in between. */
  #hole(side: Side, end: number): number {
    const { next } = this.sides[side];
    const between = this.sides[otherSide(side)].head?.acknowledgment;
    const bytes = distance(end, next);
    const before = between === undefined ? 0 : distance(between, next);
    return before > 0 && before < bytes ? before : bytes;
  }

  /** A side has acknowledged bytes of the other one that were not captured: they are missing right here. False if it cannot be that. */
  #missAcknowledged(side: Side, { acknowledgment, time }: Piece): boolean {
    const self = this.sides[side];
    if (!self.started || self.ended || self.isHolding || acknowledgment === undefined) return false;
    const missed = distance(acknowledgment, self.next);
    if (missed <= 0 || missed > farAway) return false;
    this.#gap(side, self, missed, time);
    return true;
  }

  /** Hands over whatever has become deliverable. */
  drain(): void {
    while (!this.#isStopped && (this.#advance(0) || this.#advance(1)));
  }

  #advance(side: Side): boolean {
    const self = this.sides[side];
    if (!self.started || self.ended) return false;
    if (self.fin !== undefined && distance(self.next, self.fin) >= 0) return this.#end(side, self);
    const piece = self.head;
    if (piece === undefined) return false;
    const overlap = distance(self.next, piece.sequence);
    if (overlap < 0) return false;
    const { bytes, sequence } = piece;
    const length = lengthBeforeFin(self, piece);
    if (overlap >= length) {
      this.#removeHead(self);
      this.discard(side, sequence, bytes.length);
      return true;
    }
    if (mustWait(piece.acknowledgment, self, this.sides[otherSide(side)])) return false;
    this.#removeHead(self);
    const end = Math.min(bytes.length, length);
    const known = Math.min(overlap, end);
    this.discard(side, sequence, known);
    this.#context.counters.payload_bytes_dropped_closed += bytes.length - end;
    this.#deliver(side, self, bytes, known, end, piece.time);
    const missing = length - Math.max(overlap, end);
    if (missing > 0 && !this.#isStopped) this.#gap(side, self, missing, self.clock);
    return true;
  }

  /** A side has reached its FIN: what it has sent behind it is not for anyone. */
  #end(side: Side, self: HalfStream): boolean {
    self.ended = true;
    for (let piece = self.head; piece !== undefined; piece = self.head) {
      this.#removeHead(self);
      this.discard(side, piece.sequence, piece.bytes.length);
    }
    self.clock = Math.max(self.clock, self.finTime);
    this.#output.end(side, self.clock);
    return true;
  }

  #deliver(side: Side, self: HalfStream, bytes: Buffer, start: number, end: number, time: number): void {
    if (time > self.clock) self.clock = time;
    if (start === end) return;
    chunk.bytes = bytes;
    chunk.start = start;
    chunk.end = end;
    chunk.time = self.clock;
    chunk.sequence = self.next;
    self.next = (self.next + (end - start)) | 0;
    this.#context.counters.payload_bytes_delivered += end - start;
    this.#output.data(side, chunk);
  }

  #gap(side: Side, self: HalfStream, bytes: number, time: number): void {
    self.next = (self.next + bytes) | 0;
    this.#context.counters.gaps++;
    this.#context.counters.gap_bytes += bytes;
    if (time > self.clock) self.clock = time;
    this.#output.gap(side, bytes, self.clock);
  }

  /** Starts a side in the middle. What the other side had acknowledged before tells whether bytes right before it were missed. */
  #join(side: Side, self: HalfStream, sequence: number, time: number): void {
    if (!this.sides[otherSide(side)].started) this.#context.counters.connections_joined++;
    const missed = self.firstAcknowledged === undefined ? 0 : distance(sequence, self.firstAcknowledged);
    self.start(missed > 0 && missed <= farAway ? (self.firstAcknowledged as number) : sequence);
    if (time > self.clock) self.clock = time;
    this.#output.gap(side, undefined, self.clock);
  }

  #removeHead(self: HalfStream): void {
    const before = self.heldCost;
    self.removeHead();
    this.#context.budget.used += self.heldCost - before;
  }
}

/** How many bytes of a piece count, cut off ones included: nobody reads what stands behind a FIN. */
function lengthBeforeFin(self: HalfStream, piece: Piece): number {
  const length = piece.bytes.length + piece.missingBytes;
  return self.fin === undefined ? length : Math.min(length, distance(self.fin, piece.sequence));
}

const noBytes = Buffer.alloc(0);

/** Handed to listeners again and again: it is only valid during the call. */
const chunk: Writable<Chunk> = { bytes: noBytes, start: 0, end: 0, time: 0, sequence: 0 };
