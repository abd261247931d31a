import type { PacketCursor } from './packet-cursor.ts';

/** Types of routing headers (IANA's registry): RFC 2460, of which old captures are full; RFC 6275; RFC 8754. */
const sourceRoute = 0;
const mobileHome = 2;
const segmentRouting = 4;

/**
 * Where the address begins that a packet with this routing header is for, when the one in its IPv6 header is only the
 * next way point (RFC 8200, section 8.1); undefined if it is the final one already, or not in the header. The routing
 * header is whole.
 */
export function finalDestination(packet: PacketCursor, length: number): number | undefined {
  const { at } = packet;
  const segmentsLeft = packet.uint8(3);
  if (segmentsLeft === 0 || length < 24) return undefined;
  switch (packet.uint8(2)) {
    case segmentRouting:
      // The list is in reverse order.
      return at + 8;
    case sourceRoute:
    case mobileHome:
      return at + 8 + 16 * (Math.floor((length - 8) / 16) - 1);
    default:
      return undefined;
  }
}
