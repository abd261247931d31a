import { uint8, uint16 } from '../bytes/integers.ts';
import { LinkType, type PacketDirection } from '../capture/frame.ts';

const etherTypeIpv4 = 0x0800;
const etherTypeIpv6 = 0x86dd;
const etherTypePppoe = 0x8864;
const pppIpv4 = 0x0021;
const pppIpv6 = 0x0057;
const vlanTags = new Set([0x8100, 0x88a8, 0x9100]);
/** `sll_pkttype` of a packet between other hosts, and of one that this host sent (linux/if_packet.h). */
const packetOtherHost = 3;
const packetOutgoing = 4;

/** Why a link-layer header does not lead to an IP packet. */
export const NoNetworkLayer = { linkType: -1, notIp: -2, tooShort: -3 } as const;

/** Offset of the IP header in `bytes[start, end)`, or one of `NoNetworkLayer`. */
export function networkLayer(bytes: Buffer, start: number, end: number, linkType: number): number {
  switch (linkType) {
    case LinkType.ethernet:
      return behindEtherType(bytes, start + 12, end);
    case LinkType.raw:
    case LinkType.ipv4:
    case LinkType.ipv6:
      return start;
    case LinkType.null:
    case LinkType.loop:
      return start + 4;
    case LinkType.linuxCooked:
      return behindEtherType(bytes, start + 14, end);
    case LinkType.linuxCooked2:
      return cooked2(bytes, start, end);
    default:
      return NoNetworkLayer.linkType;
  }
}

/** Which way a packet with a whole cooked header went, by the packet type in it; `undefined` for every other link type. */
export function cookedDirection(bytes: Buffer, start: number, linkType: number): PacketDirection {
  if (linkType === LinkType.linuxCooked) return directionOf(uint16(bytes, start));
  return linkType === LinkType.linuxCooked2 ? directionOf(uint8(bytes, start + 10)) : undefined;
}

function directionOf(packetType: number): PacketDirection {
  if (packetType === packetOutgoing) return 'out';
  return packetType < packetOtherHost ? 'in' : undefined;
}

/** Follows the type field at `offset` through any VLAN tags (IEEE 802.1Q, 802.1ad). */
function behindEtherType(bytes: Buffer, offset: number, end: number): number {
  for (let at = offset; at + 2 <= end; at += 4) {
    const etherType = uint16(bytes, at);
    if (etherType === etherTypeIpv4 || etherType === etherTypeIpv6) return at + 2;
    if (etherType === etherTypePppoe) return behindPppoe(bytes, at + 2, end);
    if (!vlanTags.has(etherType)) return NoNetworkLayer.notIp;
  }
  return NoNetworkLayer.tooShort;
}

/** A PPPoE session (RFC 2516): a header of six bytes, then the PPP protocol. */
function behindPppoe(bytes: Buffer, at: number, end: number): number {
  if (at + 8 > end) return NoNetworkLayer.tooShort;
  const protocol = uint16(bytes, at + 6);
  return protocol === pppIpv4 || protocol === pppIpv6 ? at + 8 : NoNetworkLayer.notIp;
}

/** Linux cooked v2 puts the protocol first; a VLAN tag may follow the 20-byte header. */
function cooked2(bytes: Buffer, start: number, end: number): number {
  if (end - start < 20) return NoNetworkLayer.tooShort;
  const protocol = uint16(bytes, start);
  if (protocol === etherTypeIpv4 || protocol === etherTypeIpv6) return start + 20;
  return vlanTags.has(protocol) ? behindEtherType(bytes, start + 22, end) : NoNetworkLayer.notIp;
}
