import type { Header, Stop } from '../header.ts';
import type { PacketCursor } from '../packet-cursor.ts';

/** Address and control field of HDLC framing, which may be left out (RFC 1662, section 3.1). */
const addressAndControl = 0xff03;
const protocols: ReadonlyMap<number, Header> = new Map<number, Header>([
  [0x0021, 'ip'],
  [0x0057, 'ip'],
  [0x0281, 'mpls'],
  [0x0283, 'mpls'],
]);

/** A PPPoE session (RFC 2516, section 4): a header of six bytes, whose length leaves out padding, then PPP. */
export function behindPppoe(packet: PacketCursor): Header | Stop {
  if (!packet.has(6)) return 'too_short';
  const length = packet.uint16(4);
  packet.at += 6;
  if (length !== 0) packet.limit(packet.at + length);
  return behindPpp(packet);
}

/** RFC 1661, section 2: an odd first byte is a protocol number that was compressed to one byte. */
export function behindPpp(packet: PacketCursor): Header | Stop {
  if (!packet.has(2)) return 'too_short';
  if (packet.uint16(0) === addressAndControl) packet.at += 2;
  if (!packet.has(2)) return 'too_short';
  const isShort = (packet.uint8(0) & 1) === 1;
  const protocol = isShort ? packet.uint8(0) : packet.uint16(0);
  packet.at += isShort ? 1 : 2;
  return protocols.get(protocol) ?? 'not_ip';
}
