import { int32, uint8, uint16 } from '../bytes/integers.ts';
import { ExtensionHeader, extensionLength, isExtension } from './extension-headers.ts';
import type { Header, Stop } from './header.ts';
import { ipProtocolHeader } from './ip-protocol.ts';
import type { PacketCursor } from './packet-cursor.ts';
import { finalDestination } from './routing-header.ts';

const protocolTcp = 6;

/**
 * Steps over an IP header of either version, and keeps its addresses. Lengths in the header win over the captured
 * length (Ethernet padding), except that 0 means a super-packet whose length the sender's card fills in later, and that
 * no packet has more than was on the wire.
 */
export function behindIp(packet: PacketCursor): Header | Stop {
  if (!packet.has(20)) return 'too_short';
  const version = packet.uint8(0) >> 4;
  if (version === 4) return behindIpv4(packet);
  return version === 6 ? behindIpv6(packet) : 'not_ip';
}

/** RFC 791, section 3.1. */
function behindIpv4(packet: PacketCursor): Header | Stop {
  const { bytes, at } = packet;
  const headerLength = (uint8(bytes, at) & 0x0f) * 4;
  const totalLength = uint16(bytes, at + 2) || packet.wireEnd - at;
  if (headerLength < 20 || totalLength < headerLength) return 'malformed';
  const protocol = uint8(bytes, at + 9);
  packet.sourceAddress = at + 12;
  packet.destinationAddress = at + 16;
  packet.addressLength = 4;
  packet.limit(at + totalLength);
  const fragment = uint16(bytes, at + 6);
  if ((fragment & 0x3fff) !== 0) {
    const identification = packet.uint16(4);
    const offset = (fragment & 0x1fff) * 8;
    packet.fragment = { protocol, identification, offset, last: (fragment & 0x2000) === 0 };
    packet.at = at + headerLength;
    return 'fragment';
  }
  packet.at = at + headerLength;
  if (protocol === protocolTcp) return 'tcp';
  return protocol === ExtensionHeader.authentication ? behindAuthentication(packet) : behind(protocol);
}

/** RFC 4302: what is authenticated can be read. */
function behindAuthentication(packet: PacketCursor): Header | Stop {
  if (!packet.has(8)) return 'too_short';
  const next = packet.uint8(0);
  packet.at += extensionLength(ExtensionHeader.authentication, packet.uint8(1));
  return behind(next);
}

/**
 * RFC 8200, sections 3 and 4. A payload length of 0 is a jumbogram or a super-packet: it ends where the capture does.
 */
function behindIpv6(packet: PacketCursor): Header | Stop {
  if (!packet.has(40)) return 'too_short';
  const { bytes, at } = packet;
  const payloadLength = packet.uint16(4);
  if (payloadLength !== 0) packet.limit(at + 40 + payloadLength);
  packet.sourceAddress = at + 8;
  packet.destinationAddress = at + 24;
  packet.addressLength = 16;
  let next = packet.uint8(6);
  packet.at = at + 40;
  while (isExtension(next)) {
    if (!packet.has(8)) return 'too_short';
    const fragment = next === ExtensionHeader.fragment ? packet.uint16(2) & 0xfff9 : 0;
    if (fragment !== 0) {
      const identification = int32(bytes, packet.at + 4);
      const offset = fragment & 0xfff8;
      packet.fragment = { protocol: packet.uint8(0), identification, offset, last: (fragment & 1) === 0 };
      packet.at += 8;
      return 'fragment';
    }
    const length = extensionLength(next, packet.uint8(1));
    if (next === ExtensionHeader.routing) {
      if (!packet.has(length)) return 'too_short';
      packet.destinationAddress = finalDestination(packet, length) ?? packet.destinationAddress;
    }
    next = packet.uint8(0);
    packet.at += length;
  }
  return behind(next);
}

function behind(protocol: number): Header | Stop {
  return ipProtocolHeader(protocol) ?? 'not_tcp';
}
