import type { HalfStream } from './half-stream.ts';
import { distance, farAway } from './sequence.ts';

/**
 * Whether the receiver of an RST may have believed it (RFC 5961, section 3). One from before what the receiver had acknowledged, or from
 * far ahead of it, is dropped: it is very late, or from a third party that had to guess.
 */
export function isBelievable(sequence: number, sender: HalfStream): boolean {
  if (!sender.started) return true;
  const ahead = distance(sequence, sender.next);
  return ahead >= 0 ? ahead <= farAway : distance(sequence, sender.acknowledged ?? sender.first) >= 0;
}

/** Whether a side has sent an RST and nothing behind it: one that goes on was not the sender, or was not believed. */
export function standsByReset(sender: HalfStream): boolean {
  return sender.resetAt !== undefined && !(sender.started && distance(sender.next, sender.resetAt) > 0);
}
