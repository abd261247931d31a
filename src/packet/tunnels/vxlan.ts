import type { Header, Stop } from '../header.ts';
import type { PacketCursor } from '../packet-cursor.ts';

const headerLength = 8;
/** The flags that a network identifier and a next protocol are there. */
const hasIdentifier = 0x08;
const hasNextProtocol = 0x04;
const nextProtocols: ReadonlyMap<number, Header> = new Map<number, Header>([
  [1, 'ip'],
  [2, 'ip'],
  [3, 'ethernet'],
  [5, 'mpls'],
]);

/** RFC 7348, section 5: reserved bits may be anything. */
export function behindVxlan(packet: PacketCursor): Header | Stop {
  if (!packet.has(headerLength)) return 'too_short';
  if ((packet.uint8(0) & hasIdentifier) === 0) return 'not_tcp';
  packet.at += headerLength;
  return 'ethernet';
}

/** The Generic Protocol Extension (draft-ietf-nvo3-vxlan-gpe, section 3). */
export function behindVxlanGpe(packet: PacketCursor): Header | Stop {
  if (!packet.has(headerLength)) return 'too_short';
  const next = (packet.uint8(0) & hasNextProtocol) === 0 ? 'ethernet' : nextProtocols.get(packet.uint8(3));
  packet.at += headerLength;
  return next ?? 'not_ip';
}
