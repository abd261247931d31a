import { distance, farAway } from '../sequence.ts';
import type { HalfStream } from './half-stream.ts';

/**
 * How many bytes are missing before sequence number `end`: up to there, or only as far as their receiver has them, or
 * up to where the first held bytes of the other side belong in between.
 */
export function holeBefore(end: number, self: HalfStream, peer: HalfStream): number {
  const received = self.acknowledged === undefined ? 0 : distance(self.acknowledged, self.next);
  const bytes = received > 0 ? Math.min(received, distance(end, self.next)) : distance(end, self.next);
  const between = peer.head?.acknowledgment;
  const before = between === undefined ? 0 : distance(between, self.next);
  return before > 0 && before < bytes ? before : bytes;
}

/** How many bytes of a side the other one has acknowledged that were not captured; 0 if it cannot be that. */
export function uncapturedBytes(acknowledgment: number | undefined, self: HalfStream): number {
  if (!self.started || self.ended || self.isHolding || acknowledgment === undefined) return 0;
  const missed = distance(acknowledgment, self.next);
  return missed > 0 && missed <= farAway ? missed : 0;
}

/**
 * Where a side begins whose first captured byte stands at `sequence`: what the other side had acknowledged before tells
 * whether bytes right before it were missed.
 */
export function joinedStart(sequence: number, { firstAcknowledged }: HalfStream): number {
  if (firstAcknowledged === undefined) return sequence;
  const missed = distance(sequence, firstAcknowledged);
  return missed > 0 && missed <= farAway ? firstAcknowledged : sequence;
}
