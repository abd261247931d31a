import type { HalfStream } from './half-stream.ts';
import { distance } from './sequence.ts';

/** How long missing bytes may still come, microseconds of capture time. */
export const patience = {
  /** A connection older than the capture: its first packets may be out of order. */
  start: 100_000,
  /** The receiver has the bytes, so no retransmission will come: only the capture can be out of order. */
  acknowledged: 1_000_000,
  /** The same, when more than `maxDisorder` packets of the side have come in this time. */
  overtaken: 20_000,
  /** The network lost them: a retransmission will come. */
  lost: 10_000_000,
} as const;

/** A capture is hardly ever out of order by more packets of a side than these: it has lost some. */
const maxDisorder = 64;

/** Something is missing right before the first held piece. */
export function hasHole(self: HalfStream): boolean {
  return self.head !== undefined && (!self.started || distance(self.head.sequence, self.next) > 0);
}

/** Whether bytes that acknowledge so much of the other side come before something of it that is still to be handed over. */
export function mustWait(acknowledgment: number | undefined, self: HalfStream, peer: HalfStream): boolean {
  if (acknowledgment === undefined) return false;
  if (!peer.started) {
    return (
      peer.head !== undefined && distance(acknowledgment, peer.head.sequence) > 0 && acknowledgment !== self.waived
    );
  }
  if (self.waived !== undefined && distance(acknowledgment, self.waived) <= 0) return false;
  // A FIN takes a sequence number of its own.
  const end = peer.fin === peer.next ? (peer.next + 1) | 0 : peer.next;
  return distance(acknowledgment, end) > 0;
}

/** Whether the first held piece has waited long enough for what comes before it. */
export function hasExpired(self: HalfStream, peer: HalfStream, now: number): boolean {
  const piece = self.head;
  if (piece === undefined) return false;
  const waited = now - piece.time;
  if (!self.started) return waited >= patience.start;
  const isHole = hasHole(self);
  if (isHole && !isAcknowledged(self)) return waited >= patience.lost;
  return waited >= (isHole || peer.started ? patience.acknowledged : patience.start);
}

/**
 * Whether the capture has lost bytes that their receiver has, because much has come behind them since. A busy connection that waited a whole second for what the
 * kernel has dropped would then have thousands of exchanges to hand over at once, during which the kernel would have to drop more.
 */
export function isOvertaken(self: HalfStream, now: number): boolean {
  if (self.piecesBehindHole <= maxDisorder || self.heldPieces <= maxDisorder || !hasAcknowledgedHole(self))
    return false;
  return now - (self.head?.time ?? now) >= patience.overtaken;
}

/** Bytes are missing before the first held piece, and the receiver has them. */
export function hasAcknowledgedHole(self: HalfStream): boolean {
  return self.started && hasHole(self) && isAcknowledged(self);
}

/** The receiver has what comes next. */
function isAcknowledged({ acknowledged, next }: HalfStream): boolean {
  return acknowledged !== undefined && distance(acknowledged, next) > 0;
}
