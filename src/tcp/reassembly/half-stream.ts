import { acknowledgmentOf, type Segment } from '../../packet/segment.ts';
import { distance, farAway } from '../sequence.ts';
import { type HeldSegment, HeldSegments } from './held-segments.ts';
import { OtherStarts } from './other-starts.ts';

/** A keep-alive probe has a byte of garbage, or some. */
const longestProbe = 16;

/** The last RST of a side. */
export type SentReset = {
  /** How far the side had come. */
  readonly at: number;
  readonly time: number;
  /** When it sent the first one of several. */
  readonly firstTime: number;
  /** It stands ahead of all that was captured. */
  readonly isAhead: boolean;
};

/** The state of one side's byte stream: what comes next, and the segments that wait for something before them. */
export class HalfStream {
  seen = false;
  hasSyn = false;
  started = false;
  /** Sequence number of the first byte of the stream, once started. */
  first = 0;
  /** Sequence number of the next byte to hand over, once started. */
  next = 0;
  /**
   * Lowest and highest acknowledgment number from the other side: what it had received before the capture, and by now.
   * The highest one may be of bytes that were not captured, until a lower one follows.
   */
  firstAcknowledged: number | undefined;
  acknowledged: number | undefined;
  /** An acknowledgment of 0 came that did not count. */
  #acknowledgedZero = false;
  /** Segments up to this acknowledgment number no longer wait for the other side. */
  waived: number | undefined;
  /** Where it would begin by other SYN-ACKs than the first one captured, until the client acknowledges one. */
  otherStarts: OtherStarts | undefined;
  /** Where the side's FIN stands, as far as is known: the first place at which it may still end. */
  fin: number | undefined;
  /** When that was captured. */
  finTime = 0;
  ended = false;
  reset: SentReset | undefined;
  /** How many segments of it came again, of those that end behind `settled`. */
  sentAgain = 0;
  settled: number | undefined;
  /** Time of the bytes handed over last; later bytes are never given an earlier time. */
  clock = 0;
  /** When the latest bytes came that were handed over in order while something was held. */
  continuedAt = 0;
  /** How many segments arrived while their receiver had what is missing before them. */
  segmentsBehindHole = 0;
  /** Most streams never hold anything. */
  #held: HeldSegments | undefined;

  /** The first of the held segments. */
  get head(): HeldSegment | undefined {
    return this.#held?.head;
  }

  /** What is held first of a side that is to be joined may be a keep-alive probe, with garbage. */
  get heldProbe(): HeldSegment | undefined {
    return this.started ? undefined : this.#held?.probe;
  }

  /** From the first byte held to behind the last one. */
  get heldRange(): { readonly start: number; readonly end: number } | undefined {
    return this.#held?.head && { start: this.#held.head.sequence, end: this.#held.end };
  }

  get isHolding(): boolean {
    return this.#held !== undefined;
  }

  get heldCount(): number {
    return this.#held?.count ?? 0;
  }

  get heldCost(): number {
    return this.#held?.cost ?? 0;
  }

  /** Nothing of it has been handed over. */
  get isEmpty(): boolean {
    return this.first === this.next;
  }

  /** Whether some bytes of a segment that comes next or earlier are held. */
  overlapsHeld({ sequence, bytes }: HeldSegment): boolean {
    const { head } = this;
    return head !== undefined && !head.isFin && distance(head.sequence, sequence) < bytes.length;
  }

  /** Something is missing right before the first held segment. */
  get hasHole(): boolean {
    const { head } = this;
    return head !== undefined && (!this.started || distance(head.sequence, this.next) > 0);
  }

  /** The receiver has what comes next, unless it says that it has more than was ever captured. */
  get isNextAcknowledged(): boolean {
    const { acknowledged } = this;
    if (acknowledged === undefined || distance(acknowledged, this.next) <= 0) return false;
    return this.#held !== undefined && distance(acknowledged, this.#held.end) <= 0;
  }

  /** The receiver has what stands behind a FIN: it has not accepted that. */
  continuesBehind({ sequence }: HeldSegment): boolean {
    return this.isNextAcknowledged && distance(this.acknowledged as number, sequence) > 1;
  }

  /** Bytes are missing before the first held segment, and the receiver has them. */
  get hasAcknowledgedHole(): boolean {
    return this.started && this.hasHole && this.isNextAcknowledged;
  }

  start(sequence: number): void {
    this.started = true;
    this.first = sequence;
    this.next = sequence;
  }

  noteOtherStart(first: number): void {
    this.otherStarts ??= new OtherStarts();
    this.otherStarts.add(first);
  }

  noteFin(sequence: number, time: number): void {
    this.fin = sequence;
    this.finTime = time;
  }

  noteReset(sequence: number, times: Pick<SentReset, 'time' | 'firstTime'>): void {
    const at = this.started && distance(sequence, this.next) < 0 ? this.next : sequence;
    const isAhead = at !== (this.#held?.end ?? (this.started ? this.next : this.acknowledged));
    this.reset = { at, isAhead, ...times };
  }

  /**
   * What a segment of the other side acknowledges of this one. Packets that were made by hand often acknowledge 0: it
   * counts only where that is what comes next.
   */
  acknowledgmentIn(segment: Segment): number | undefined {
    const acknowledgment = acknowledgmentOf(segment);
    if (acknowledgment !== 0 || this.#mayReachZero) return acknowledgment;
    this.#acknowledgedZero = true;
    return undefined;
  }

  /** It begins at 0, or has come near to it, or past it. */
  get #mayReachZero(): boolean {
    const from = this.firstAcknowledged ?? (this.hasSyn && this.first === 0 ? this.first : undefined);
    if (from === undefined || distance(0, from) < 0) return false;
    return Math.abs(distance(0, this.acknowledged ?? from)) < farAway;
  }

  /** Whether 0 was acknowledged, and it was there where the capture began, perhaps behind a keep-alive probe. */
  get beganAtZero(): boolean {
    const first = this.started ? this.first : this.head?.sequence;
    return this.#acknowledgedZero && first !== undefined && first <= 0 && first >= -longestProbe;
  }

  noteAcknowledgment(acknowledgment: number): void {
    this.firstAcknowledged = lower(this.firstAcknowledged ?? acknowledgment, acknowledgment);
    const known = this.acknowledged;
    if (known === undefined || distance(acknowledgment, known) > 0 || this.#isUnproven(known)) {
      this.acknowledged = acknowledgment;
    }
  }

  /** Of bytes that were never captured: lost, or never sent. The last word of their receiver counts. */
  #isUnproven(acknowledgment: number): boolean {
    return this.started && distance(acknowledgment, this.next) > (this.ended ? 1 : 0);
  }

  /**
   * A segment came again. A keep-alive probe does not count: one byte that was sent before (RFC 9293, section 3.8.4).
   */
  noteSentAgain({ sequence, bytes, truncatedBytes }: HeldSegment): void {
    const length = bytes.length + truncatedBytes;
    const end = (sequence + length) | 0;
    if (length === 0 || (length === 1 && end === this.next)) return;
    const behind = this.settled === undefined ? -1 : distance(this.settled, end);
    // What seems to be further away is of a message that is longer than sequence numbers tell.
    if (behind < 0 || behind > farAway) this.sentAgain++;
  }

  /** Keeps what is new of a segment, in order of sequence; returns how many bytes that is. */
  insert(segment: HeldSegment): number {
    this.#held ??= new HeldSegments();
    return this.#held.insert(segment, !this.started);
  }

  /** Held segments that acknowledge nothing. */
  get heldUnacknowledging(): readonly HeldSegment[] {
    return this.#held?.all.filter(({ acknowledgment }) => acknowledgment === undefined) ?? [];
  }

  remove(segment: HeldSegment): void {
    this.#held?.remove(segment);
    if (this.#held?.count === 0) this.#held = undefined;
  }

  /** Lets go of everything held; returns how many payload bytes that was. */
  clear(): number {
    const bytes = this.#held?.payloadBytes ?? 0;
    this.#held = undefined;
    return bytes;
  }
}

/** Both halves of a connection; `Side` is the place of each. */
export type Sides = readonly [HalfStream, HalfStream];

function lower(a: number, b: number): number {
  return distance(a, b) < 0 ? a : b;
}
