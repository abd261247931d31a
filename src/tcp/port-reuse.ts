import { Flag, type Segment, withoutPayload } from '../packet/segment.ts';
import type { HalfStream } from './half-stream.ts';
import { distance, farAway } from './sequence.ts';
import type { Side } from './stream.ts';

/** Whether a SYN begins a newer connection than the known one between the same ports. */
export function startsAnew(syn: Segment, sender: HalfStream): boolean {
  const first = (syn.sequence + 1) | 0;
  const known = sender.started ? sender.first : sender.head?.sequence;
  if (known === undefined || first === known) return false;
  const behind = distance(known, first);
  return behind < 0 || behind > farAway || sender.hasSyn;
}

/** Whether bytes without a SYN can only belong to a newer connection. */
export function isFarBehind({ sequence, payloadStart, payloadEnd }: Segment, sender: HalfStream): boolean {
  return payloadEnd > payloadStart && sender.started && distance(sequence, sender.next) < -farAway;
}

/**
 * A SYN in the middle of a conversation: a newer connection, or one that the other side will not believe (RFC 9293, section 3.10.7.4).
 * What comes next tells which.
 */
export class DoubtfulSyn {
  readonly segment: Segment;
  readonly #from: Side;

  constructor(segment: Segment, from: Side) {
    this.segment = withoutPayload(segment);
    this.#from = from;
  }

  /** By the answer of the other side, or by what follows on the SYN and not on the bytes of the known connection. */
  isConfirmedBy({ flags, sequence, acknowledgment }: Segment, from: Side, sender: HalfStream): boolean {
    const first = (this.segment.sequence + 1) | 0;
    if ((flags & Flag.syn) === 0) return from === this.#from && sequence === first && sequence !== sender.next;
    return from !== this.#from && (flags & Flag.ack) !== 0 && acknowledgment === first;
  }
}
