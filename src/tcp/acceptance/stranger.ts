import { copyOverhead } from '../../bytes/copy-bytes.ts';
import { acknowledgmentOf, copyOf, Flag, type Segment } from '../../packet/segment.ts';
import type { Counters } from '../../telemetry/counters.ts';
import type { BufferBudget } from '../reassembly/buffer-budget.ts';
import type { HalfStream, Sides } from '../reassembly/half-stream.ts';
import { distance, farAway } from '../sequence.ts';
import { otherSide, type Side } from '../stream.ts';

/**
 * A segment on a known connection that can only be of another one: the first of a new incarnation, or one that its
 * receiver does not accept (RFC 9293, section 3.10.7.4). What comes next tells which.
 */
export class Stranger {
  readonly segment: Segment;
  readonly from: Side;
  /** Sequence numbers of its first byte and of what follows on it. */
  readonly #first: number;
  readonly #next: number;

  constructor(segment: Segment, from: Side) {
    this.segment = copyOf(segment);
    this.from = from;
    this.#first = this.isSyn ? (segment.sequence + 1) | 0 : segment.sequence;
    this.#next = (this.#first + this.payloadBytes + segment.truncatedBytes) | 0;
  }

  get isSyn(): boolean {
    return (this.segment.flags & Flag.syn) !== 0;
  }

  get payloadBytes(): number {
    return this.segment.payloadEnd - this.segment.payloadStart;
  }

  /** Whether it carries bytes, and its side has sent nothing of the known stream since. */
  isLast(sides: Sides): boolean {
    return this.payloadBytes > 0 && sides[this.from].clock <= this.segment.time;
  }

  /** Memory that it takes, about. */
  get cost(): number {
    return this.segment.bytes.length + copyOverhead;
  }

  /** Whether a segment that does not fit into the known connection follows on this one, or answers it. */
  isConfirmedBy(segment: Segment, from: Side, sides: Sides): boolean {
    const { sequence } = segment;
    const isSyn = (segment.flags & Flag.syn) !== 0;
    if (from === this.from) {
      const follows = sequence === this.#next || (this.isSyn && sequence === this.#first);
      const receiver = sides[otherSide(from)];
      if (isSyn || !follows || comesNext(sides[from], sequence)) return false;
      return !hasSent(receiver, receiver.acknowledgmentIn(segment));
    }
    const acknowledgment = acknowledgmentOf(segment);
    if (acknowledgment === undefined) return false;
    if (acknowledgment !== this.#next && acknowledgment !== this.#first) return false;
    if (isWithin(sides[this.from], acknowledgment)) return false;
    if (!this.isSyn) return !isSyn && acknowledgment === this.#next;
    // What a SYN-ACK acknowledges is followed by the client; a SYN is answered by one.
    const followed = acknowledgmentOf(this.segment);
    return followed === undefined ? isSyn : sequence === followed && sequence !== sides[from].next;
  }
}

/** What it takes to keep a stranger. */
type StrangerHost = { stranger: Stranger | undefined };
type StrangerContext = { readonly counters: Counters; readonly budget: BufferBudget };

/** Keeps the latest stranger of a connection in place of the one before, which was not accepted. */
export function keepStranger(host: StrangerHost, stranger: Stranger | undefined, context: StrangerContext): void {
  context.counters.payload_bytes_unaccepted += host.stranger?.payloadBytes ?? 0;
  context.budget.used += (stranger?.cost ?? 0) - (host.stranger?.cost ?? 0);
  host.stranger = stranger;
}

/** A side has sent more of the known stream: it has begun no other. */
export function dropStranger(host: StrangerHost, side: Side, context: StrangerContext): void {
  if (host.stranger?.from === side) keepStranger(host, undefined, context);
}

/** Takes the stranger from its connection: it is of another one. */
export function releaseStranger(host: StrangerHost, budget: BufferBudget): Segment | undefined {
  const { stranger } = host;
  if (stranger === undefined) return undefined;
  budget.used -= stranger.cost;
  host.stranger = undefined;
  return stranger.segment;
}

/** Whether what is acknowledged here was captured as part of the known connection. */
function isWithin({ started, first, next }: HalfStream, acknowledgment: number): boolean {
  return started && distance(acknowledgment, first) > 0 && distance(acknowledgment, next) <= 0;
}

/** Whether a side of the known connection may have sent what is acknowledged here. */
function hasSent({ started, ended, next, heldRange }: HalfStream, acknowledgment: number | undefined): boolean {
  const end = started ? next : heldRange?.end;
  if (end === undefined || acknowledgment === undefined) return false;
  const ahead = distance(acknowledgment, end);
  return ahead >= -farAway && ahead <= (ended ? 1 : 0);
}

/** Whether what begins here may be what a side of the known connection sends next, or sends again if it was joined. */
function comesNext({ started, next, heldRange }: HalfStream, sequence: number): boolean {
  if (started || heldRange === undefined) return started && sequence === next;
  return distance(sequence, heldRange.start) >= 0 && distance(sequence, heldRange.end) <= 0;
}
