import type { Header, Stop } from '../header.ts';
import type { PacketCursor } from '../packet-cursor.ts';

/** The ports at which tunnels end: IANA's, and 8472, which Linux, flannel and Cilium use for VXLAN. */
export const tunnelPorts: ReadonlyMap<number, Header> = new Map<number, Header>([
  [2152, 'gtp_u'],
  [3544, 'teredo'],
  [4789, 'vxlan'],
  [4790, 'vxlan_gpe'],
  [6081, 'geneve'],
  [6635, 'mpls'],
  [8472, 'vxlan'],
]);

const headerLength = 8;

/**
 * RFC 768. The tunnel that the datagram at the cursor belongs to, if any: by its destination, since senders choose any
 * port for themselves, except of Teredo, whose servers and relays answer from theirs.
 */
export function tunnelOf(packet: PacketCursor): Header | undefined {
  if (!packet.has(4)) return undefined;
  const tunnel = tunnelPorts.get(packet.uint16(2));
  if (tunnel !== undefined) return tunnel;
  const answering = tunnelPorts.get(packet.uint16(0));
  return answering === 'teredo' ? answering : undefined;
}

/** A length of 0 is one that the sender's card fills in later. */
export function behindUdp(packet: PacketCursor): Header | Stop {
  const tunnel = tunnelOf(packet);
  if (tunnel === undefined) return 'not_tcp';
  if (!packet.has(headerLength)) return 'too_short';
  const length = packet.uint16(4);
  if (length !== 0 && length < headerLength) return 'malformed';
  if (length !== 0) packet.limit(packet.at + length);
  packet.at += headerLength;
  return tunnel;
}
