import { otherSide, type Side } from '../stream.ts';
import { deadlines } from './deadlines.ts';
import type { Sides } from './half-stream.ts';
import type { HeldSegment } from './held-segments.ts';

/**
 * Whether the receiver of the first held segment has not accepted it (RFC 9293, section 3.10.7.4; RFC 5961, section 5):
 * nobody has acknowledged what is missing before it, or the segment itself where it acknowledges bytes that were not
 * captured, and the stream has continued without it for longer than a capture is out of order.
 */
export function isUnaccepted(head: HeldSegment, sides: Sides, side: Side): boolean {
  const self = sides[side];
  if (self.isNextAcknowledged) return false;
  const { continuedAt } = self.hasHole ? self : sides[otherSide(side)];
  return continuedAt - head.time >= deadlines.unaccepted;
}
