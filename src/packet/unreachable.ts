import type { Header, Stop } from './header.ts';
import type { PacketCursor } from './packet-cursor.ts';

const headerLength = 8;
/** The packet is too large for a link: its sender sends smaller ones. */
const fragmentationNeeded = 4;

/** RFC 792: what could not be delivered stands behind the message that says so. */
export function behindIcmp(packet: PacketCursor): Header | Stop {
  const isUnreachable = packet.has(headerLength) && packet.uint8(0) === 3 && packet.uint8(1) !== fragmentationNeeded;
  return isUnreachable ? undelivered(packet) : 'not_tcp';
}

/** RFC 4443, section 3.1. */
export function behindIcmp6(packet: PacketCursor): Header | Stop {
  return packet.has(headerLength) && packet.uint8(0) === 1 ? undelivered(packet) : 'not_tcp';
}

function undelivered(packet: PacketCursor): Header | Stop {
  // Nobody reports that a report could not be delivered.
  if (packet.isUndelivered) return 'not_tcp';
  packet.isUndelivered = true;
  packet.at += headerLength;
  return 'ip';
}
