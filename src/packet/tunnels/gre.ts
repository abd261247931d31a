import { etherTypeHeader } from '../ether-type.ts';
import type { Header, Stop } from '../header.ts';
import type { PacketCursor } from '../packet-cursor.ts';

/** Flags of the first two bytes: RFC 2784, RFC 2890 (key, sequence), RFC 1701 (routing), RFC 2637 (acknowledgment). */
const hasChecksum = 0x8000;
const hasRouting = 0x4000;
const hasKey = 0x2000;
const hasSequence = 0x1000;
const hasAcknowledgment = 0x0080;
const versionBits = 0x0007;
/** What PPTP sends (RFC 2637, section 4.1). */
const enhanced = 1;

const headers: ReadonlyMap<number, Header> = new Map<number, Header>([
  [0x6558, 'ethernet'],
  [0x880b, 'ppp'],
  [0x88be, 'erspan_1'],
  [0x22eb, 'erspan_3'],
]);

export function behindGre(packet: PacketCursor): Header | Stop {
  if (!packet.has(4)) return 'too_short';
  const flags = packet.uint16(0);
  const protocol = packet.uint16(2);
  const version = flags & versionBits;
  if (version > enhanced) return 'not_tcp';
  const isRouted = version !== enhanced && (flags & hasRouting) !== 0;
  packet.at += 4;
  if ((flags & hasChecksum) !== 0 || isRouted) packet.at += 4;
  if ((flags & hasKey) !== 0) packet.at += 4;
  if ((flags & hasSequence) !== 0) packet.at += 4;
  if (version === enhanced && (flags & hasAcknowledgment) !== 0) packet.at += 4;
  if (isRouted && !skipSourceRoutes(packet)) return 'too_short';
  const header = headers.get(protocol) ?? etherTypeHeader(protocol) ?? 'not_ip';
  // Type I has no header of its own; type II always numbers its frames.
  return header === 'erspan_1' && (flags & hasSequence) !== 0 ? 'erspan_2' : header;
}

/** RFC 1701: source route entries of four bytes and more, the last one of length 0. False if one is not whole. */
function skipSourceRoutes(packet: PacketCursor): boolean {
  while (packet.has(4)) {
    const addressFamily = packet.uint16(0);
    const length = packet.uint8(3);
    packet.at += 4 + length;
    if (addressFamily === 0 && length === 0) return true;
  }
  return false;
}
