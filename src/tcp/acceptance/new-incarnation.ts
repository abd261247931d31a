import { acknowledgmentOf, Flag, hasPayload, type Segment } from '../../packet/segment.ts';
import type { HalfStream, Sides } from '../reassembly/half-stream.ts';
import { distance, farAway } from '../sequence.ts';
import { otherSide, type Side } from '../stream.ts';
import { isMeaningless } from './meaningless.ts';
import type { Stranger } from './stranger.ts';

/** What of a known connection tells whether a segment still belongs to it. */
export type Incarnation = {
  readonly sides: Sides;
  /** An RST ends it. */
  readonly isReset: boolean;
  /** It was reset before it carried anything: the client may ask again with the same SYN. */
  readonly isRefused: boolean;
  /** Its sequence numbers are not followed. */
  readonly isIgnoring: boolean;
  readonly stranger: Stranger | undefined;
};

/** Whether a segment begins, or confirms, a new incarnation of the connection (RFC 9293, section 3.4.1). */
export function isOfNewIncarnation(known: Incarnation, from: Side, segment: Segment): boolean {
  const { sides, isReset, isRefused, isIgnoring } = known;
  if ((segment.flags & Flag.rst) !== 0 || isMeaningless(segment.flags, from, sides)) return false;
  if (known.stranger?.isConfirmedBy(segment, from, sides)) return true;
  if ((segment.flags & Flag.syn) === 0) return false;
  if (isRefused) return true;
  // An RST that is ahead does not count if the conversation continues.
  const isOver = isIgnoring || (isReset && !sides.some(({ reset }) => reset?.isAhead));
  return isOver && isStranger(segment, from, sides);
}

/** Whether a segment that is not an RST can only be of another connection between the same ports. */
export function isStranger(segment: Segment, from: Side, sides: Sides): boolean {
  const sender = sides[from];
  if ((segment.flags & Flag.syn) === 0) {
    if (!hasPayload(segment)) return false;
    return isFarOff(segment.sequence, sender) || isBeforeUnprovenStart(segment, sender) || isBehindEnd(segment, sender);
  }
  return beginsElsewhere(segment, sender) && !isSecondAnswer(segment, from, sides);
}

/**
 * Whether a SYN-ACK with another sequence number answers the SYN of the known connection. The client has one SYN, so
 * that is one connection: the client chooses which of the answers it accepts.
 */
export function isSecondAnswer(syn: Segment, from: Side, sides: Sides): boolean {
  const client = sides[otherSide(from)];
  return client.hasSyn && acknowledgmentOf(syn) === client.first && beginsElsewhere(syn, sides[from]);
}

/** Whether a SYN, if its receiver accepts it, begins another stream than the known one. */
function beginsElsewhere(syn: Segment, sender: HalfStream): boolean {
  const first = (syn.sequence + 1) | 0;
  const known = sender.started ? sender.first : sender.head?.sequence;
  if (known === undefined || first === known) return false;
  const behind = distance(known, first);
  return behind < 0 || behind > farAway || sender.hasSyn;
}

/** Bytes without a SYN that stand so far off that they are neither a repetition nor to come. */
function isFarOff(sequence: number, sender: HalfStream): boolean {
  const known = sender.started ? sender.next : sender.head?.sequence;
  return known !== undefined && Math.abs(distance(sequence, known)) > farAway;
}

/** Bytes from behind the FIN of a joined side, which may be forged. A keep-alive probe stands right at it. */
function isBehindEnd({ sequence, payloadStart, payloadEnd, truncatedBytes }: Segment, sender: HalfStream): boolean {
  if (!sender.ended || sender.hasSyn) return false;
  return distance((sequence + payloadEnd - payloadStart + truncatedBytes) | 0, sender.next) > 1;
}

/** Bytes from before the first ones that were captured, of which nobody has acknowledged any. */
function isBeforeUnprovenStart({ sequence }: Segment, { started, first, acknowledged }: HalfStream): boolean {
  if (!started || distance(sequence, first) >= 0) return false;
  return acknowledged === undefined || distance(acknowledged, first) < 0;
}
