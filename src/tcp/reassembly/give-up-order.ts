import { otherSide, type Side } from '../stream.ts';
import { mustWait } from './causal-order.ts';
import { deadlineOf } from './deadlines.ts';
import type { HalfStream, Sides } from './half-stream.ts';

/** A side whose first held segment has waited past its deadline. */
export function expiredSide([first, second]: Sides, now: number): Side | undefined {
  if (deadlineOf(first, second) <= now) return 0;
  return deadlineOf(second, first) <= now ? 1 : undefined;
}

/**
 * The side to give up on first: one that misses bytes before one that waits for the other, else the one that has
 * waited longer.
 */
export function blockedSide([first, second]: Sides): Side | undefined {
  if (first.head === undefined) return second.head === undefined ? undefined : 1;
  if (second.head === undefined) return 0;
  if (first.hasHole !== second.hasHole) return first.hasHole ? 0 : 1;
  return first.head.time <= second.head.time ? 0 : 1;
}

/**
 * Whether what a side misses belongs before what the other one misses, if anything: the other one's first held segment
 * waits for it anyway, and its own does not wait for the other one.
 */
export function isHoleFirst(self: HalfStream, peer: HalfStream): boolean {
  if (!self.hasHole || !peer.hasHole) return self.hasHole;
  return mustWait(peer.head?.acknowledgment, peer, self) && !mustWait(self.head?.acknowledgment, self, peer);
}

/**
 * For a side whose hole was overtaken. If both have an acknowledged one: the side that has waited longer, since its
 * bytes came first.
 */
export function overtakenSide(sides: Sides, overtaken: Side): Side {
  const other = otherSide(overtaken);
  const isOtherFirst = sides[other].hasAcknowledgedHole && heldSince(sides[other]) < heldSince(sides[overtaken]);
  return isOtherFirst ? other : overtaken;
}

function heldSince(side: HalfStream): number {
  return side.head?.time ?? Number.POSITIVE_INFINITY;
}
