import { otherSide, type Side } from '../stream.ts';
import { isHoleFirst } from './give-up-order.ts';
import { holeBefore, uncapturedBytes } from './hole.ts';
import type { OrderedOutput } from './ordered-output.ts';
import { isUnaccepted } from './unaccepted.ts';

/**
 * Moves a side past what blocks it: starts it in the middle, steps over a hole, no longer waits for the other side, or
 * does without what its receiver has not accepted.
 */
export function giveUp(output: OrderedOutput, side: Side): void {
  const { sides } = output;
  const self = sides[side];
  const other = otherSide(side);
  const peer = sides[other];
  if (self.heldProbe !== undefined) output.refuse(side, self.heldProbe);
  const { head, hasHole } = self;
  if (head === undefined) return;
  if (!self.started) output.join(side, head.sequence, head.time);
  else if (isHoleFirst(peer, self)) return giveUp(output, other);
  else if (isUnaccepted(head, sides, side)) output.refuse(side, head);
  else if (hasHole) output.gap(side, holeBefore(head.sequence, self, peer), head.time);
  else {
    const uncaptured = uncapturedBytes(head.acknowledgment, peer);
    if (uncaptured > 0) output.gap(other, uncaptured, head.time);
    else self.waived = head.acknowledgment;
  }
  output.drain();
}
