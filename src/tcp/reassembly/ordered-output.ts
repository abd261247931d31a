import type { SteadyClock } from '../../bytes/steady-clock.ts';
import type { Writable } from '../../bytes/writable.ts';
import type { Counters } from '../../telemetry/counters.ts';
import { distance } from '../sequence.ts';
import { type Chunk, otherSide, type Side, type StreamListener } from '../stream.ts';
import type { BufferBudget } from './buffer-budget.ts';
import { mustWait } from './causal-order.ts';
import { HalfStream, type Sides } from './half-stream.ts';
import type { HeldSegment } from './held-segments.ts';
import { joinedStart } from './hole.ts';

/** Where bytes go once they are in order. */
export type ReassemblyListener = Pick<StreamListener, 'data' | 'gap' | 'end'>;

/** What the outputs of all connections share. */
export type OutputContext = {
  readonly counters: Counters;
  readonly budget: BufferBudget;
  readonly clock: SteadyClock;
  /** Handed to listeners again and again. */
  readonly chunk: Writable<Chunk>;
};

export function emptyChunk(): Writable<Chunk> {
  return { bytes: Buffer.alloc(0), start: 0, end: 0, time: 0, lastTime: 0, sequence: 0, acknowledgment: undefined };
}

/** Payload of a segment as it was captured, or as it was held. */
type Payload = {
  readonly bytes: Buffer;
  readonly payloadStart: number;
  readonly payloadEnd: number;
  readonly time: number;
};

/** Hands over what has its turn: moves each side on by the bytes, gaps and ends of it, and counts them. */
export class OrderedOutput {
  readonly sides: Sides = [new HalfStream(), new HalfStream()];
  readonly #listener: ReassemblyListener;
  readonly #context: OutputContext;
  isStopped = false;

  constructor(listener: ReassemblyListener, context: OutputContext) {
    this.#listener = listener;
    this.#context = context;
  }

  data(side: Side, { bytes, payloadStart, payloadEnd, time }: Payload, acknowledgment: number | undefined): void {
    const self = this.sides[side];
    if (time > self.clock) self.clock = time;
    if (payloadStart === payloadEnd) return;
    const { chunk, counters } = this.#context;
    chunk.bytes = bytes;
    chunk.start = payloadStart;
    chunk.end = payloadEnd;
    chunk.time = self.clock;
    chunk.lastTime = self.clock;
    chunk.sequence = self.next;
    chunk.acknowledgment = acknowledgment;
    self.next = (self.next + (payloadEnd - payloadStart)) | 0;
    counters.payload_bytes_delivered += payloadEnd - payloadStart;
    this.#listener.data(side, chunk);
  }

  gap(side: Side, bytes: number, time: number): void {
    const self = this.sides[side];
    self.next = (self.next + bytes) | 0;
    this.#context.counters.gaps++;
    this.#context.counters.gap_bytes += bytes;
    if (time > self.clock) self.clock = time;
    this.#listener.gap(side, bytes, self.clock);
  }

  /** Starts a side in the middle, with a gap of unknown size. */
  join(side: Side, sequence: number, time: number): void {
    const self = this.sides[side];
    if (!this.sides[otherSide(side)].started) this.#context.counters.connections_joined++;
    self.start(joinedStart(sequence, self));
    if (time > self.clock) self.clock = time;
    this.#listener.gap(side, undefined, self.clock);
  }

  /** Counts payload that is not handed over: it came before, or it stands behind the end of its side. */
  discard(side: Side, sequence: number, bytes: number): void {
    const self = this.sides[side];
    const known = self.started ? Math.min(Math.max(distance(self.next, sequence), 0), bytes) : 0;
    this.#context.counters.payload_bytes_duplicate += known;
    this.#context.counters.payload_bytes_dropped_closed += bytes - known;
  }

  /** Hands over nothing from here on; returns how many payload bytes were still held. */
  stop(): number {
    this.isStopped = true;
    for (const self of this.sides) self.ended ||= self.fin !== undefined;
    return this.sides[0].clear() + this.sides[1].clear();
  }

  /** Hands over what has become deliverable. */
  drain(): void {
    while (!this.isStopped && (this.#advance(0) || this.#advance(1)));
  }

  /**
   * Hands over what is new in a segment at once if nothing stands in its way; false if it has to wait. What is held
   * meanwhile came too early, or acknowledges what its receiver never sent.
   */
  deliver(side: Side, segment: HeldSegment): boolean {
    const self = this.sides[side];
    if (!self.started || self.ended) return false;
    const overlap = distance(self.next, segment.sequence);
    if (overlap < 0 || overlap >= lengthBeforeFin(self, segment) || this.#mustWait(side, segment)) return false;
    if (this.#isHeldInPart(side, segment)) return false;
    this.#deliver(side, segment);
    return true;
  }

  /** A FIN whose turn it is: nobody reads what its side has sent behind it. False if it has to wait. */
  end(side: Side, fin: HeldSegment): boolean {
    const self = this.sides[side];
    if (!self.started || fin.sequence !== self.next || self.continuesBehind(fin) || this.#mustWait(side, fin))
      return false;
    for (let { head } = self; head !== undefined; head = self.head) {
      this.#remove(self, head);
      this.discard(side, head.sequence, head.bytes.length);
    }
    self.ended = true;
    self.clock = Math.max(self.clock, fin.time);
    this.#listener.end(side, self.clock);
    return true;
  }

  /** Lets go of a held segment of a side, which its receiver did not accept. */
  refuse(side: Side, held: HeldSegment): void {
    const self = this.sides[side];
    if (held.isFin && held.sequence === self.fin) self.fin = undefined;
    this.#remove(self, held);
    this.#context.counters.payload_bytes_unaccepted += held.bytes.length;
  }

  /** Takes the next step of a side, if there is one. */
  #advance(side: Side): boolean {
    const self = this.sides[side];
    const { head } = self;
    if (!self.started || self.ended || head === undefined) return false;
    const overlap = distance(self.next, head.sequence);
    if (overlap < 0) return false;
    if (head.isFin && self.continuesBehind(head)) {
      this.refuse(side, head);
      return true;
    }
    if (head.isFin && overlap === 0) return this.end(side, head);
    if (overlap >= lengthBeforeFin(self, head)) {
      this.#remove(self, head);
      this.discard(side, head.sequence, head.bytes.length);
      return true;
    }
    if (this.#mustWait(side, head)) return false;
    this.#remove(self, head);
    this.#deliver(side, head);
    return true;
  }

  /** Some of it came before, in a segment that waits only for what comes first: that copy stays. */
  #isHeldInPart(side: Side, segment: HeldSegment): boolean {
    const self = this.sides[side];
    return self.head !== undefined && self.overlapsHeld(segment) && !this.#mustWait(side, self.head);
  }

  #mustWait(side: Side, { acknowledgment }: HeldSegment): boolean {
    return mustWait(acknowledgment, this.sides[side], this.sides[otherSide(side)]);
  }

  /** Hands over what is new in a segment, up to the FIN; what was truncated of it is a gap. */
  #deliver(side: Side, segment: HeldSegment): void {
    const { sequence, bytes } = segment;
    const self = this.sides[side];
    const length = lengthBeforeFin(self, segment);
    const overlap = distance(self.next, sequence);
    const end = Math.min(bytes.length, length);
    segment.payloadStart = Math.min(overlap, end);
    segment.payloadEnd = end;
    this.discard(side, sequence, segment.payloadStart);
    this.discard(side, (sequence + end) | 0, bytes.length - end);
    this.data(side, segment, segment.acknowledgment);
    self.continuedAt = Math.max(self.continuedAt, segment.time);
    const truncated = length - Math.max(overlap, end);
    if (truncated > 0 && !this.isStopped) this.gap(side, truncated, self.clock);
  }

  #remove(self: HalfStream, held: HeldSegment): void {
    const before = self.heldCost;
    self.remove(held);
    this.#context.budget.used += self.heldCost - before;
  }
}

/** How many bytes of a segment count, truncated ones included: nobody reads what stands behind a FIN. */
function lengthBeforeFin(self: HalfStream, segment: HeldSegment): number {
  const length = segment.bytes.length + segment.truncatedBytes;
  return self.fin === undefined ? length : Math.min(length, distance(self.fin, segment.sequence));
}
