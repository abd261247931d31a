import type { Segment } from '../../packet/segment.ts';
import { deadlines } from '../reassembly/deadlines.ts';
import type { HalfStream, Sides } from '../reassembly/half-stream.ts';
import { distance } from '../sequence.ts';
import { otherSide, type Side } from '../stream.ts';

/** The most bytes right before an RST that may not have been captured; receivers challenge one that is ahead. */
const maxMissed = 1 << 17;

/**
 * Whether the receiver of an RST may have accepted it (RFC 5961, section 3): it stands right where the receiver has
 * come, or a little ahead of what was captured. Others are very late, or from a third party that had to guess.
 */
function isAcceptableReset(sequence: number, sender: HalfStream): boolean {
  const { started, first, next, head, acknowledged } = sender;
  const known = started ? next : (head?.sequence ?? acknowledged);
  if (known === undefined || sequence === (acknowledged ?? first)) return true;
  const ahead = distance(sequence, known);
  return ahead >= 0 && ahead < maxMissed;
}

/** Notes an RST, if its receiver may have accepted it: true then. */
export function takesReset({ sequence, time }: Segment, from: Side, sides: Sides): boolean {
  const sender = sides[from];
  if (!isAcceptableReset(sequence, sender)) return false;
  const firstTime = hasEndedWithReset(sides, from) ? (sender.reset?.firstTime ?? time) : time;
  sender.noteReset(sequence, { time, firstTime });
  return true;
}

/**
 * Whether a side has ended with its RST. It has not if it sent more behind it: then a third party sent the RST, or it
 * was not accepted. One ahead of all that was captured is challenged, unless bytes before it were not captured, or not
 * in order: it does not count when the conversation continues.
 */
export function hasEndedWithReset(sides: Sides, side: Side): boolean {
  const { reset, started, next, clock } = sides[side];
  if (reset === undefined || (started && distance(next, reset.at) > 0)) return false;
  return !reset.isAhead || Math.max(clock, sides[otherSide(side)].clock) - reset.time < deadlines.overtaken;
}
