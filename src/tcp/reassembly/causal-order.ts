import { distance } from '../sequence.ts';
import type { HalfStream } from './half-stream.ts';

/**
 * Whether bytes that acknowledge this much of the other side belong behind something of it that is still to be handed
 * over.
 */
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
