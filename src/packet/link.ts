import { kernelUint16, uint8, uint16 } from '../bytes/integers.ts';
import { type Frame, LinkType, type PacketDirection } from '../capture/frame.ts';
import { behindEtherType, etherTypeHeader, isVlanTag } from './ether-type.ts';
import type { Header, Stop } from './header.ts';
import type { PacketCursor } from './packet-cursor.ts';

/** `sll_pkttype` of a packet between other hosts, and of one that this host sent (linux/if_packet.h). */
const packetOtherHost = 3;
const packetOutgoing = 4;
/** The attribute that carries the packet (linux/netfilter/nfnetlink_log.h). */
const nflogPayload = 9;

/** What a frame of a link type begins with. */
export function linkHeader(linkType: number): Header | Stop {
  switch (linkType) {
    case LinkType.ethernet:
      return 'ethernet';
    case LinkType.raw:
    case LinkType.ipv4:
    case LinkType.ipv6:
      return 'ip';
    case LinkType.null:
    case LinkType.loop:
      return 'loopback';
    case LinkType.linuxCooked:
      return 'linux_cooked';
    case LinkType.linuxCooked2:
      return 'linux_cooked_2';
    case LinkType.pppoe:
      return 'pppoe';
    case LinkType.mpls:
      return 'mpls';
    case LinkType.nflog:
      return 'nflog';
    default:
      return 'link_type';
  }
}

/**
 * Which way a packet with a whole cooked header went, by the packet type in it; `undefined` for every other link type.
 */
export function cookedDirection({ bytes, start, linkType }: Frame): PacketDirection {
  if (linkType === LinkType.linuxCooked) return directionOf(uint16(bytes, start));
  return linkType === LinkType.linuxCooked2 ? directionOf(uint8(bytes, start + 10)) : undefined;
}

function directionOf(packetType: number): PacketDirection {
  if (packetType === packetOutgoing) return 'out';
  return packetType < packetOtherHost ? 'in' : undefined;
}

/** The address family of BSD's loopback, which the version of the IP packet tells as well. */
export function behindLoopback(packet: PacketCursor): Header | Stop {
  packet.at += 4;
  return 'ip';
}

export function behindLinuxCooked(packet: PacketCursor): Header | Stop {
  packet.at += 14;
  return behindEtherType(packet);
}

/** Linux cooked v2 puts the protocol first; a VLAN tag may follow the 20-byte header. */
export function behindLinuxCooked2(packet: PacketCursor): Header | Stop {
  if (!packet.has(20)) return 'too_short';
  const protocol = packet.uint16(0);
  packet.at += 20;
  if (!isVlanTag(protocol)) return etherTypeHeader(protocol) ?? 'not_ip';
  packet.at += 2;
  return behindEtherType(packet);
}

/**
 * A header of four bytes, then attributes in the byte order of the capturing machine, each with its length and type and
 * padded to a whole word (LINKTYPE_NFLOG). Machines are little-endian, unless that makes no sense.
 */
export function behindNflog(packet: PacketCursor): Header | Stop {
  packet.at += 4;
  while (packet.has(4)) {
    const { bytes, at } = packet;
    const isLittle = kernelUint16(bytes, at) >= 4 && at + kernelUint16(bytes, at) <= packet.wireEnd;
    const length = isLittle ? kernelUint16(bytes, at) : packet.uint16(0);
    const type = isLittle ? kernelUint16(bytes, at + 2) : packet.uint16(2);
    if (length < 4) return 'malformed';
    if (type === nflogPayload) {
      packet.limit(at + length);
      packet.at += 4;
      return 'ip';
    }
    packet.at += (length + 3) & ~3;
  }
  return 'too_short';
}
