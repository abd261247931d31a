import type { Header, Stop } from '../header.ts';
import type { PacketCursor } from '../packet-cursor.ts';

// draft-foschiano-erspan-03: the mirrored frame behind GRE; of type I without any header.

export function behindErspan2(packet: PacketCursor): Header | Stop {
  packet.at += 8;
  return 'ethernet';
}

/** A sub-header of the platform may follow, and the frame type may be IP. */
export function behindErspan3(packet: PacketCursor): Header | Stop {
  if (!packet.has(12)) return 'too_short';
  const frameType = (packet.uint8(10) >> 2) & 0x1f;
  const hasSubHeader = (packet.uint8(11) & 1) === 1;
  packet.at += hasSubHeader ? 20 : 12;
  if (frameType === 0) return 'ethernet';
  return frameType === 2 ? 'ip' : 'not_ip';
}
