import { etherTypeHeader } from '../ether-type.ts';
import type { Header, Stop } from '../header.ts';
import type { PacketCursor } from '../packet-cursor.ts';

const transparentEthernet = 0x6558;

/** RFC 8926, section 3.4: version 0, options in words of four bytes, an EtherType. */
export function behindGeneve(packet: PacketCursor): Header | Stop {
  if (!packet.has(8)) return 'too_short';
  if (packet.uint8(0) >> 6 !== 0) return 'not_tcp';
  const optionsLength = (packet.uint8(0) & 0x3f) * 4;
  const etherType = packet.uint16(2);
  packet.at += 8 + optionsLength;
  return etherType === transparentEthernet ? 'ethernet' : (etherTypeHeader(etherType) ?? 'not_ip');
}
