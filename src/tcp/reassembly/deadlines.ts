import type { HalfStream } from './half-stream.ts';

/** How long after the first held segment the bytes that are missing before it may still come, in µs of capture time. */
export const deadlines = {
  /** A connection older than the capture: its first packets may be out of order. */
  start: 100_000,
  /** The receiver has the bytes, so no retransmission will come: only the capture can be out of order. */
  acknowledged: 1_000_000,
  /** The same, when more than `maxDisorder` packets of the side have come in this time. */
  overtaken: 20_000,
  /** Long enough for a stream to continue without a segment to tell that this was not accepted. */
  unaccepted: 200_000,
  /** The network lost them: a retransmission will come. Or what waits for them is not accepted either. */
  lost: 10_000_000,
} as const;

/** A capture is hardly ever out of order by more packets of a side than these: it has lost some. */
const maxDisorder = 64;

/** When the deadline passes for what comes before the first held segment; never without one. */
export function deadlineOf(self: HalfStream, peer: HalfStream): number {
  const { head } = self;
  if (head === undefined) return Number.POSITIVE_INFINITY;
  const isFirst = !self.started || !(self.hasHole || peer.started);
  return head.since + (isFirst ? deadlines.start : self.isNextAcknowledged ? deadlines.acknowledged : deadlines.lost);
}

/**
 * Whether the capture has lost bytes that their receiver has, because much has come behind them since. A busy
 * connection that waited a whole second for what the kernel has dropped would then have thousands of exchanges to hand
 * over at once, during which the kernel would have to drop more.
 */
export function isOvertaken(self: HalfStream, now: number): boolean {
  if (self.segmentsBehindHole <= maxDisorder || self.heldCount <= maxDisorder) return false;
  return self.hasAcknowledgedHole && now - (self.head?.time ?? now) >= deadlines.overtaken;
}
