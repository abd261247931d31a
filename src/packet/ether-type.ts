import type { Header, Stop } from './header.ts';
import type { PacketCursor } from './packet-cursor.ts';

const ipv4 = 0x0800;
const ipv6 = 0x86dd;
const tunnels: ReadonlyMap<number, Header> = new Map<number, Header>([
  [0x8847, 'mpls'],
  [0x8848, 'mpls'],
  [0x8864, 'pppoe'],
]);
/** IEEE 802.1Q and 802.1ad, and what came before the latter. */
const vlanTags: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);

/** What an EtherType announces, VLAN tags left out; undefined if it does not lead to an IP packet. */
export function etherTypeHeader(etherType: number): Header | undefined {
  return etherType === ipv4 || etherType === ipv6 ? 'ip' : tunnels.get(etherType);
}

export function isVlanTag(etherType: number): boolean {
  return vlanTags.has(etherType);
}

/** Reads the type field at the cursor and follows it through any VLAN tags. */
export function behindEtherType(packet: PacketCursor): Header | Stop {
  while (packet.has(2)) {
    const etherType = packet.uint16(0);
    packet.at += 2;
    const header = etherTypeHeader(etherType);
    if (header !== undefined) return header;
    if (!vlanTags.has(etherType)) return 'not_ip';
    packet.at += 2;
  }
  return 'too_short';
}

/** Steps over both addresses. */
export function behindEthernet(packet: PacketCursor): Header | Stop {
  packet.at += 12;
  return behindEtherType(packet);
}
