import { Flag, type Segment } from '../../packet/segment.ts';
import type { HalfStream, Sides } from '../reassembly/half-stream.ts';
import { distance, farAway } from '../sequence.ts';
import { otherSide, type Side } from '../stream.ts';

/** What of a connection tells whether a segment with other addresses belongs to it. */
export type Candidate = { readonly sides: Sides; readonly initiator: Side | undefined };

/** Whether a client continues a connection of its own, though it writes to another address. */
export function isRequestOf(segment: Segment, connection: Candidate, client: Side): boolean {
  return connection.initiator !== otherSide(client) && continues(segment, connection, client);
}

/** Whether a connection of this client is continued by an answer, though it comes from another address. */
export function isAnswerOf(segment: Segment, connection: Candidate, client: Side): boolean {
  return connection.initiator !== otherSide(client) && continues(segment, connection, otherSide(client));
}

/** A copy of what was captured already counts only where it is known who the client is: servers talk to many. */
function continues(segment: Segment, { sides, initiator }: Candidate, from: Side): boolean {
  const sender = sides[from];
  const receiver = sides[otherSide(from)];
  if (!sender.seen) return isOfUnseenSide(segment, sender, receiver);
  return initiator !== undefined && isCopy(segment, sender, receiver);
}

/**
 * Whether a segment comes from the side of a connection of which nothing was captured: it stands right where the other
 * side (`seen`) expects it, and acknowledges that side. In a handshake a SYN-ACK or a refusal acknowledges the SYN. A
 * third party would have to guess 32 bits for that, as it has to with TCP itself, and more once both sides have sent
 * something.
 */
function isOfUnseenSide(segment: Segment, unseen: HalfStream, seen: HalfStream): boolean {
  const { flags, sequence, acknowledgment } = segment;
  const isRefusal = (flags & (Flag.rst | Flag.ack)) === (Flag.rst | Flag.ack) && unseen.acknowledged === undefined;
  if (isRefusal) return seen.hasSyn && acknowledgment === seen.first;
  if ((flags & Flag.syn) === 0) return unseen.acknowledged === sequence && isAbout(acknowledgment, seen);
  const first = (sequence + 1) | 0;
  if ((flags & Flag.ack) === 0) return seen.hasSyn && unseen.firstAcknowledged === first;
  return seen.hasSyn && acknowledgment === seen.first && (unseen.firstAcknowledged ?? first) === first;
}

/** Whether a segment is another copy of one that was captured just before, or the next one of the same side. */
function isCopy(segment: Segment, sender: HalfStream, receiver: HalfStream): boolean {
  const { flags, sequence, acknowledgment, payloadStart, payloadEnd, truncatedBytes } = segment;
  const expected = receiver.acknowledged ?? (receiver.hasSyn ? receiver.first : undefined);
  // What was acknowledged may be forged: then the copy acknowledges what was captured.
  const isExpected = acknowledgment === expected || (receiver.started && acknowledgment === receiver.next);
  if ((flags & Flag.ack) === 0 || !isExpected) return false;
  if (!sender.started) return sender.head?.sequence === sequence;
  const length = payloadEnd - payloadStart + truncatedBytes + ((flags & Flag.syn) === 0 ? 0 : 1);
  const behind = distance(sender.next, sequence);
  return behind === 0 || behind === length;
}

/** Whether a side may have sent the byte before this sequence number, as far as it was captured. */
function isAbout(sequence: number, { started, next, head }: HalfStream): boolean {
  const known = started ? next : head?.sequence;
  return known !== undefined && Math.abs(distance(sequence, known)) <= farAway;
}
