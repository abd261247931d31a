import { ipPacket } from './packets.ts';

export type Report = {
  /** Who says it: a router, the node, or the server's host. */
  readonly from: string;
  readonly to: string;
  readonly code: number;
  /** How many bytes of the packet are repeated; all, if not given. */
  readonly quoted?: number;
  /** `destination unreachable`, if not given. */
  readonly type?: number;
};

/** The ICMP message that a packet could not be delivered (RFC 792, RFC 4443), of the version of its addresses. */
export function undeliveredPacket(packet: Buffer, { from, to, code, quoted = packet.length, type }: Report): Buffer {
  const isIpv6 = from.includes(':');
  const header = Buffer.alloc(8);
  header.writeUInt8(type ?? (isIpv6 ? 1 : 3), 0);
  header.writeUInt8(code, 1);
  const payload = Buffer.concat([header, packet.subarray(0, quoted)]);
  return ipPacket({ source: from, destination: to, protocol: isIpv6 ? 58 : 1, payload });
}
