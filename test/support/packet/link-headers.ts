import { LinkType } from '../../../src/capture/frame.ts';

/** Puts a link-layer header in front of an IP packet. */
export type LinkHeader = (ipPacket: Buffer, outgoing?: boolean) => Buffer;

export type VlanTag = {
  readonly id: number;
  /** 0x8100 for 802.1Q (the default), 0x88a8 for the outer tag of 802.1ad. */
  readonly type?: number;
};

/** Ethernet II, with VLAN tags from the outside in; short frames are padded to 60 bytes as on a real wire. */
export function ethernet(ipPacket: Buffer, tags: readonly VlanTag[] = []): Buffer {
  const addresses = Buffer.from('020000000002020000000001', 'hex');
  const tagBytes = tags.map(({ id, type = 0x8100 }) => Buffer.from([type >> 8, type & 255, id >> 8, id & 255]));
  const frame = Buffer.concat([addresses, ...tagBytes, etherType(ipPacket), ipPacket]);
  return frame.length < 60 ? Buffer.concat([frame, Buffer.alloc(60 - frame.length)]) : frame;
}

/** Linux cooked capture, version 1 (LINKTYPE_LINUX_SLL). */
export function linuxCooked(ipPacket: Buffer, outgoing = false): Buffer {
  const header = Buffer.alloc(14);
  header.writeUInt16BE(outgoing ? 4 : 0, 0);
  header.writeUInt16BE(1, 2);
  header.writeUInt16BE(6, 4);
  header.set([2, 0, 0, 0, 0, 1], 6);
  return Buffer.concat([header, etherType(ipPacket), ipPacket]);
}

/** Linux cooked capture, version 2 (LINKTYPE_LINUX_SLL2). */
export function linuxCooked2(ipPacket: Buffer, outgoing = false): Buffer {
  const header = Buffer.alloc(18);
  header.writeUInt32BE(2, 2);
  header.writeUInt16BE(1, 6);
  header[8] = outgoing ? 4 : 0;
  header[9] = 6;
  header.set([2, 0, 0, 0, 0, 1], 10);
  return Buffer.concat([etherType(ipPacket), header, ipPacket]);
}

/** BSD loopback (LINKTYPE_NULL), in the byte order of the capturing machine. */
export function nullLoopback(ipPacket: Buffer, byteOrder: 'little' | 'big' = 'little'): Buffer {
  const family = isIpv6(ipPacket) ? 30 : 2;
  return Buffer.concat([Buffer.from(byteOrder === 'little' ? [family, 0, 0, 0] : [0, 0, 0, family]), ipPacket]);
}

/** OpenBSD loopback (LINKTYPE_LOOP), always in network byte order. */
export function loop(ipPacket: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0, 0, 0, isIpv6(ipPacket) ? 24 : 2]), ipPacket]);
}

/** The header builder of every link type that has one way to be written. */
export const linkHeaders: ReadonlyMap<number, LinkHeader> = new Map<number, LinkHeader>([
  [LinkType.ethernet, (ipPacket) => ethernet(ipPacket)],
  [LinkType.linuxCooked, linuxCooked],
  [LinkType.linuxCooked2, linuxCooked2],
  [LinkType.null, (ipPacket) => nullLoopback(ipPacket)],
  [LinkType.loop, (ipPacket) => loop(ipPacket)],
  [LinkType.raw, (ipPacket) => ipPacket],
  [LinkType.ipv4, (ipPacket) => ipPacket],
  [LinkType.ipv6, (ipPacket) => ipPacket],
]);

function isIpv6(ipPacket: Buffer): boolean {
  return ipPacket.readUInt8(0) >> 4 === 6;
}

function etherType(ipPacket: Buffer): Buffer {
  return Buffer.from(isIpv6(ipPacket) ? [0x86, 0xdd] : [0x08, 0x00]);
}
