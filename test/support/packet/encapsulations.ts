// Packets inside of packets, written by the documents that define each tunnel, apart from the code under test.
import { type Random, randomInteger } from '../program/random.ts';
import { ethernet } from './link-headers.ts';
import { fragmentIpv4, fragmentIpv6, ipPacket } from './packets.ts';

/** Puts an IP packet into a tunnel; gives an IP packet, whose optional parts are as `random` decides. */
export type Encapsulation = (inner: Buffer, random: Random) => Buffer;

const coin = (random: Random) => random() < 0.5;
const bytes = (random: Random, length: number) =>
  Buffer.from(Array.from({ length }, () => randomInteger(random, 0, 256)));
const isIpv6 = (packet: Buffer) => packet.readUInt8(0) >> 4 === 6;
const ipEtherType = (packet: Buffer) => (isIpv6(packet) ? 0x86dd : 0x0800);
const ipProtocol = (packet: Buffer) => (isIpv6(packet) ? 41 : 4);
const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);

/** An outer packet of either version, with options or extension headers now and then. */
function outer(protocol: number, payload: Buffer, random: Random): Buffer {
  const identification = randomInteger(random, 0, 0x10000);
  if (coin(random)) {
    const options = Buffer.alloc(4 * randomInteger(random, 0, 3), 1);
    return ipPacket({
      source: '198.51.100.1',
      destination: '198.51.100.2',
      protocol,
      payload,
      options,
      identification,
    });
  }
  const extensions = coin(random) ? [] : [{ type: 0 }, { type: 60, body: Buffer.alloc(14) }];
  return ipPacket({ source: '2001:db8:ffff::1', destination: '2001:db8:ffff::2', protocol, payload, extensions });
}

function udp(port: number, payload: Buffer, random: Random): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(randomInteger(random, 49_152, 65_536), 0);
  header.writeUInt16BE(port, 2);
  // Teredo's relays send from the port.
  if (port === 3544 && coin(random)) header.swap16().subarray(0, 4).reverse();
  header.writeUInt16BE(8 + payload.length, 4);
  return outer(17, Buffer.concat([header, payload]), random);
}

/** An Ethernet frame around an IP packet, which VLAN tags, MPLS labels or PPPoE may stand before. */
function frame(inner: Buffer, random: Random): Buffer {
  switch (randomInteger(random, 0, 4)) {
    case 0:
      return ethernet(inner, [{ id: 7, type: 0x88a8 }, { id: 42 }]);
    case 1:
      return withType(0x8847, labelled(inner, random));
    case 2:
      return withType(0x8864, pppoe(inner));
    default:
      return ethernet(inner);
  }
}

function withType(etherType: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from('020000000002020000000001', 'hex'), u16(etherType), payload]);
}

/** A stack of labels above an IP packet, or above an Ethernet frame with a control word or without one. */
export function labelled(inner: Buffer, random: Random): Buffer {
  const count = randomInteger(random, 1, 5);
  const labels = Array.from({ length: count }, (_, index) => {
    const label = bytes(random, 4);
    label.writeUInt8((label.readUInt8(2) & 0xfe) | (index === count - 1 ? 1 : 0), 2);
    return label;
  });
  const below = [inner, ethernet(inner), Buffer.concat([Buffer.from([0, 0, 0, 9]), ethernet(inner)])];
  return Buffer.concat([...labels, below[randomInteger(random, 0, 3)] ?? inner]);
}

export function pppoe(inner: Buffer): Buffer {
  const protocol = isIpv6(inner) ? 0x0057 : 0x0021;
  return Buffer.concat([Buffer.from([0x11, 0, 0, 1]), u16(inner.length + 2), u16(protocol), inner]);
}

/** GRE version 0 with any of its optional fields. */
function gre(protocol: number, payload: Buffer, random: Random, required = 0): Buffer {
  const flags = (randomInteger(random, 0, 16) << 12) | required;
  const words = [flags & 0xc000, flags & 0x2000, flags & 0x1000].filter((flag) => flag !== 0).length;
  const route = Buffer.concat([u16(0x0800), Buffer.from([0, 8]), bytes(random, 8), Buffer.alloc(4)]);
  const routes = (flags & 0x4000) === 0 ? Buffer.alloc(0) : route;
  return Buffer.concat([u16(flags), u16(protocol), bytes(random, 4 * words), routes, payload]);
}

/** RFC 2637: PPP behind a key, with a sequence number and perhaps an acknowledgment. */
function pptp(inner: Buffer, random: Random): Buffer {
  const acknowledges = coin(random);
  const protocol = isIpv6(inner) ? 0x57 : 0x21;
  const framing = coin(random) ? Buffer.from([0xff, 3]) : Buffer.alloc(0);
  const number = coin(random) ? Buffer.from([protocol]) : u16(protocol);
  const header = Buffer.concat([
    u16(acknowledges ? 0x3081 : 0x3001),
    u16(0x880b),
    bytes(random, acknowledges ? 12 : 8),
  ]);
  return Buffer.concat([header, framing, number, inner]);
}

function erspan2(inner: Buffer, random: Random): Buffer {
  const header = bytes(random, 8);
  header.writeUInt8(0x10 | (header.readUInt8(0) & 15), 0);
  return Buffer.concat([u16(0x1000), u16(0x88be), bytes(random, 4), header, frame(inner, random)]);
}

function erspan3(inner: Buffer, random: Random): Buffer {
  const [isIp, hasSubHeader] = [coin(random), coin(random)];
  const header = bytes(random, hasSubHeader ? 20 : 12);
  header.writeUInt8(0x20 | (header.readUInt8(0) & 15), 0);
  header.writeUInt8((header.readUInt8(10) & 0x83) | (isIp ? 2 << 2 : 0), 10);
  header.writeUInt8((header.readUInt8(11) & 0xfe) | (hasSubHeader ? 1 : 0), 11);
  return Buffer.concat([u16(0x1000), u16(0x22eb), bytes(random, 4), header, isIp ? inner : frame(inner, random)]);
}

/** Reserved bits are as they come. */
function vxlan(inner: Buffer, random: Random): Buffer {
  const header = bytes(random, 8);
  header.writeUInt8(header.readUInt8(0) | 0x08, 0);
  return Buffer.concat([header, frame(inner, random)]);
}

function vxlanGpe(inner: Buffer, random: Random): Buffer {
  const next = isIpv6(inner) ? 2 : 1;
  const choices = [
    { next, payload: inner },
    { next: 3, payload: frame(inner, random) },
    { next: 5, payload: labelled(inner, random) },
  ] as const;
  const chosen = choices[randomInteger(random, 0, 3)] ?? choices[0];
  return Buffer.concat([Buffer.from([0x0c, 0, 0, chosen.next, 0, 0, 7, 0]), chosen.payload]);
}

function geneve(inner: Buffer, random: Random): Buffer {
  const optionWords = randomInteger(random, 0, 64);
  const isFrame = coin(random);
  const etherType = isFrame ? 0x6558 : ipEtherType(inner);
  const header = Buffer.concat([Buffer.from([optionWords, 0x40]), u16(etherType), bytes(random, 4 + 4 * optionWords)]);
  return Buffer.concat([header, isFrame ? frame(inner, random) : inner]);
}

function gtpU(inner: Buffer, random: Random): Buffer {
  const flags = randomInteger(random, 0, 8);
  const extensions = (flags & 4) === 0 ? [] : Array.from({ length: randomInteger(random, 1, 4) }, () => coin(random));
  const chain = extensions.map((isLong, index) => {
    const extension = bytes(random, isLong ? 8 : 4);
    extension.writeUInt8(extension.length / 4, 0);
    extension.writeUInt8(index === extensions.length - 1 ? 0 : 0x85, extension.length - 1);
    return extension;
  });
  const optional = flags === 0 ? Buffer.alloc(0) : Buffer.concat([bytes(random, 3), Buffer.from([0x85])]);
  const body = Buffer.concat([optional, ...chain, inner]);
  return Buffer.concat([Buffer.from([0x30 | flags, 255]), u16(body.length), bytes(random, 4), body]);
}

/** For IPv6 only. */
function teredo(inner: Buffer, random: Random): Buffer {
  const [id, secret] = [randomInteger(random, 0, 9), randomInteger(random, 0, 9)];
  const authentication = Buffer.concat([Buffer.from([0, 1, id, secret]), bytes(random, id + secret + 9)]);
  const origin = Buffer.concat([Buffer.from([0, 0]), bytes(random, 6)]);
  return Buffer.concat([...(coin(random) ? [authentication] : []), ...(coin(random) ? [origin] : []), inner]);
}

/** RFC 8754: behind a list of segments, of which some are left. */
function segmentRouted(inner: Buffer, random: Random): Buffer {
  const segments = randomInteger(random, 1, 4);
  const isFrame = coin(random);
  const body = Buffer.concat([
    ...[Buffer.from([4, randomInteger(random, 0, segments), segments - 1, 0, 0, 0]), bytes(random, 16 * segments)],
  ]);
  return ipPacket({
    ...{ source: '2001:db8:ffff::1', destination: '2001:db8:ffff::2', extensions: [{ type: 43, body }] },
    ...{ protocol: isFrame ? 143 : ipProtocol(inner), payload: isFrame ? frame(inner, random) : inner },
  });
}

export const encapsulations: Readonly<Record<string, Encapsulation>> = {
  'IP in IP': (inner, random) => outer(ipProtocol(inner), inner, random),
  'GRE with IP': (inner, random) => outer(47, gre(ipEtherType(inner), inner, random), random),
  'GRE with Ethernet': (inner, random) => outer(47, gre(0x6558, frame(inner, random), random), random),
  'GRE with MPLS': (inner, random) => outer(47, gre(0x8847, labelled(inner, random), random), random),
  PPTP: (inner, random) => outer(47, pptp(inner, random), random),
  'ERSPAN type I': (inner, random) => outer(47, Buffer.concat([u16(0), u16(0x88be), frame(inner, random)]), random),
  'ERSPAN type II': (inner, random) => outer(47, erspan2(inner, random), random),
  'ERSPAN type III': (inner, random) => outer(47, erspan3(inner, random), random),
  EtherIP: (inner, random) => outer(97, Buffer.concat([u16(0x3000), frame(inner, random)]), random),
  'MPLS in IP': (inner, random) => outer(137, labelled(inner, random), random),
  'MPLS in UDP': (inner, random) => udp(6635, labelled(inner, random), random),
  VXLAN: (inner, random) => udp(coin(random) ? 4789 : 8472, vxlan(inner, random), random),
  'VXLAN GPE': (inner, random) => udp(4790, vxlanGpe(inner, random), random),
  GENEVE: (inner, random) => udp(6081, geneve(inner, random), random),
  'GTP-U': (inner, random) => udp(2152, gtpU(inner, random), random),
  Teredo: (inner, random) => (isIpv6(inner) ? udp(3544, teredo(inner, random), random) : outer(4, inner, random)),
  'segment routing': segmentRouted,
};

const names = Object.keys(encapsulations);

/** The packet in as many tunnels, each chosen at random; their headers may be two tunnels' (an MPLS frame in VXLAN). */
export function inTunnels(packet: Buffer, depth: number, random: Random): Buffer {
  let inner = packet;
  for (let tunnel = 0; tunnel < depth; tunnel++) {
    const encapsulate = encapsulations[names[randomInteger(random, 0, names.length)] as string] as Encapsulation;
    inner = encapsulate(inner, random);
  }
  return inner;
}

/** The outermost packet in fragments, if it can be cut as it is. */
export function inFragments(packet: Buffer, size: number, identification: number): readonly Buffer[] {
  if (!isIpv6(packet)) return (packet.readUInt16BE(6) & 0x3fff) === 0 ? fragmentIpv4(packet, size) : [packet];
  const hasExtension = [0, 43, 44, 60].includes(packet.readUInt8(6));
  return hasExtension ? [packet] : fragmentIpv6(packet, size, identification);
}
