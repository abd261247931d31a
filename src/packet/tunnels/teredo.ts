import type { Header, Stop } from '../header.ts';
import type { PacketCursor } from '../packet-cursor.ts';

const originIndication = 0x0000;
const authentication = 0x0001;

/** RFC 4380, section 5.1.1: an authentication and an origin indication may stand before the IPv6 packet. */
export function behindTeredo(packet: PacketCursor): Header | Stop {
  if (!packet.has(4)) return 'too_short';
  if (packet.uint16(0) === authentication) packet.at += 13 + packet.uint8(2) + packet.uint8(3);
  if (!packet.has(2)) return 'too_short';
  if (packet.uint16(0) === originIndication) packet.at += 8;
  if (!packet.has(1)) return 'too_short';
  return packet.uint8(0) >> 4 === 6 ? 'ip' : 'not_tcp';
}
