// How public captures differ in form, though all of them show the same conversation.
import { LinkType } from '../../../src/capture/frame.ts';
import { inFragments, inTunnels } from '../packet/encapsulations.ts';
import { addressBytes } from '../packet/ip-address.ts';
import { ethernet, linkHeaders } from '../packet/link-headers.ts';
import { type Random, randomInteger } from '../program/random.ts';
import type { CapturedPacket } from '../program/run-pipeline.ts';
import { isCut, tcpParts } from './ip-packets.ts';

type Packets = readonly CapturedPacket[];

/** Another capture of the same IP packets, and its link type. */
export type Recaptured = { readonly packets: Packets; readonly linkType?: number };

export type Recapture = (packets: Packets, random: Random) => Recaptured;

/** Puts something around each packet, or into it; one that a snap length has cut stays cut. */
function each(change: (bytes: Buffer, random: Random) => Buffer, linkType?: number): Recapture {
  return (packets, random) => ({
    packets: packets.map((packet) => changed(packet, change(packet.bytes, random))),
    ...(linkType !== undefined && { linkType }),
  });
}

function changed(packet: CapturedPacket, bytes: Buffer): CapturedPacket {
  const missing = (packet.wireLength ?? packet.bytes.length) - packet.bytes.length;
  return { time: packet.time, bytes, wireLength: bytes.length + missing };
}

const linkTypes = Object.entries(LinkType).flatMap(([name, number]): [string, Recapture][] => {
  const header = linkHeaders.get(number);
  return header === undefined ? [] : [[`link type ${name}`, each((bytes) => header(bytes), number)]];
});

/** Of these nothing changes but the form. */
export const sameInAll: Readonly<Record<string, Recapture>> = {
  ...Object.fromEntries(linkTypes),
  'VLAN tags': each((bytes) => ethernet(bytes, [{ id: 7, type: 0x88a8 }, { id: 42 }]), LinkType.ethernet),
  tunnels: ofWhole((bytes, random) => inTunnels(bytes, randomInteger(random, 1, 4), random)),
  'wrong checksums': each((bytes, random) => withChecksums(bytes, randomInteger(random, 0, 0x10000))),
  'length 0 in the IP header': ofWhole(withoutLength),
  'IP fragments': fragmented,
};

/** Of these the times of bytes change, or bytes are seen again. */
export const sameInContent: Readonly<Record<string, Recapture>> = {
  'merged segments (GRO)': (packets) => ({ packets: merged(packets, 60_000) }),
  'jumbo segments (GRO)': (packets) => ({ packets: merged(packets, 500_000) }),
  'IPv6 for IPv4': (packets) => ({ packets: asIpv6(packets) }),
  'everything twice': (packets) => ({ packets: packets.flatMap((packet) => [packet, packet]) }),
  'some packets twice, later': (packets, random) => ({ packets: repeated(packets, random) }),
  'times that are out of order': (packets, random) => ({
    packets: packets.map((packet) => ({ ...packet, time: packet.time - randomInteger(random, 0, 3000) })),
  }),
};

/** Of these nobody can say how long anything took. */
export const sameInPairs: Readonly<Record<string, Recapture>> = {
  'a clock that jumps ahead': (packets, random) => ({ packets: jumped(packets, 20_000_000, random) }),
  'a clock that jumps back': (packets, random) => ({ packets: jumped(packets, -3_600_000_000, random) }),
  'packets out of order': (packets, random) => ({ packets: displaced(packets, 3000, random) }),
};

/** What cannot be said of a packet that is cut, or is a fragment already, is left out. */
function ofWhole(change: (bytes: Buffer, random: Random) => Buffer): Recapture {
  return (packets, random) => ({
    packets: packets.map((packet) =>
      isCut(packet) || tcpParts(packet.bytes) === undefined ? packet : changed(packet, change(packet.bytes, random)),
    ),
  });
}

function withChecksums(bytes: Buffer, checksum: number): Buffer {
  const parts = tcpParts(bytes);
  if (parts === undefined) return bytes;
  const copy = Buffer.from(bytes);
  copy.writeUInt16BE(checksum, parts.segment + 16);
  if (!parts.isIpv6) copy.writeUInt16BE(checksum, 10);
  return copy;
}

function withoutLength(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt16BE(0, tcpParts(bytes)?.isIpv6 ? 4 : 2);
  return copy;
}

function fragmented(packets: Packets, random: Random): Recaptured {
  return {
    packets: packets.flatMap((packet, index) => {
      if (isCut(packet) || tcpParts(packet.bytes) === undefined) return [packet];
      const copy = Buffer.from(packet.bytes);
      // Fragments of one packet are told from those of another by this number.
      if (copy.readUInt8(0) >> 4 === 4) copy.writeUInt16BE(index & 0xffff, 4);
      if (copy.readUInt8(0) >> 4 === 4) copy.writeUInt16BE(0, 6);
      const pieces = inFragments(copy, randomInteger(random, 160, 600), index);
      const places = pieces.map((bytes) => ({ bytes, place: random() })).sort((a, b) => a.place - b.place);
      return places.map(({ bytes }) => ({ time: packet.time, bytes }));
    }),
  };
}

const syn = 0x02;
const pushOrAck = 0x18;

/** What a network card or the kernel makes of segments that follow each other in one direction. */
function merged(packets: Packets, mostBytes: number): CapturedPacket[] {
  const result: CapturedPacket[] = [];
  /** By flow, where the last packet is; a packet of the other direction, or a cut one, ends it. */
  const last = new Map<string, number>();
  for (const packet of packets) {
    const parts = tcpParts(packet.bytes);
    const at = parts && last.get(parts.flow);
    const before = at === undefined ? undefined : result[at];
    const joint = parts && before && joined(before, packet, mostBytes);
    if (at !== undefined && joint) {
      result[at] = joint;
      continue;
    }
    if (parts) last.delete(reversed(parts.flow));
    if (parts) last.set(parts.flow, result.length);
    result.push(packet);
  }
  return result;
}

function joined(before: CapturedPacket, packet: CapturedPacket, mostBytes: number): CapturedPacket | undefined {
  const [first, second] = [tcpParts(before.bytes), tcpParts(packet.bytes)];
  if (!first || !second || isCut(before) || isCut(packet)) return undefined;
  const length = before.bytes.length - first.payload;
  const payload = packet.bytes.subarray(second.payload);
  const isNext = (first.sequence + length) >>> 0 === second.sequence && first.acknowledgment === second.acknowledgment;
  const isPlain = ((first.flags | second.flags) & ~pushOrAck) === 0 && length > 0 && payload.length > 0;
  if (!isNext || !isPlain || before.bytes.length + payload.length > mostBytes) return undefined;
  const bytes = Buffer.concat([before.bytes, payload]);
  const inHeader = bytes.length - (first.isIpv6 ? 40 : 0);
  bytes.writeUInt16BE(inHeader > 0xffff ? 0 : inHeader, first.isIpv6 ? 4 : 2);
  return { time: before.time, bytes };
}

function reversed(flow: string): string {
  const half = (flow.length - 8) / 2;
  return flow.slice(half, 2 * half) + flow.slice(0, half) + flow.slice(-4) + flow.slice(-8, -4);
}

function jumped(packets: Packets, by: number, random: Random): CapturedPacket[] {
  const from = randomInteger(random, 0, packets.length);
  return packets.map((packet, index) => (index < from ? packet : { ...packet, time: packet.time + by }));
}

function repeated(packets: Packets, random: Random): CapturedPacket[] {
  const copies = packets.flatMap((packet, index) =>
    random() < 0.3 ? [{ packet, place: index + randomInteger(random, 1, 6) + 0.5 }] : [],
  );
  const all = [...packets.map((packet, place) => ({ packet, place })), ...copies].sort((a, b) => a.place - b.place);
  let time = 0;
  return all.map(({ packet, place }) => {
    if (Number.isInteger(place)) time = packet.time;
    return { ...packet, time };
  });
}

/** By up to a few milliseconds, but not past a SYN: that would belong to another connection. */
function displaced(packets: Packets, most: number, random: Random): CapturedPacket[] {
  const begun = new Map<string, number>();
  const places = packets.map((packet) => {
    const parts = tcpParts(packet.bytes);
    const place = packet.time + random() * most;
    if (parts === undefined) return { packet, place: packet.time, epoch: 0, flow: '' };
    const flow = [parts.flow, reversed(parts.flow)].sort()[0] ?? '';
    const isSyn = (parts.flags & syn) !== 0;
    const epoch = (begun.get(flow) ?? 0) + (isSyn || !begun.has(flow) ? 1 : 0);
    begun.set(flow, epoch);
    return { packet, place: isSyn ? packet.time : place, epoch, flow };
  });
  const sorted = [...places].sort((a, b) => a.place - b.place);
  // Each connection keeps its places, and fills those of each of its epochs with packets of that one.
  const waiting = new Map<string, (typeof sorted)[number][]>();
  for (const each of sorted) waiting.set(each.flow, [...(waiting.get(each.flow) ?? []), each]);
  for (const each of waiting.values()) each.sort((a, b) => a.epoch - b.epoch);
  return sorted.map(({ flow }, index) => {
    const next = waiting.get(flow)?.shift() as (typeof sorted)[number];
    return { ...next.packet, time: packets[index]?.time ?? next.packet.time };
  });
}

/** The same conversation between addresses of version 6. */
function asIpv6(packets: Packets): CapturedPacket[] {
  return packets.map((packet) => {
    const parts = tcpParts(packet.bytes);
    if (parts === undefined || parts.isIpv6) return packet;
    const header = Buffer.alloc(40);
    header[0] = 0x60;
    header.writeUInt16BE((packet.wireLength ?? packet.bytes.length) - parts.segment, 4);
    header.set([6, 64], 6);
    for (const [index, at] of [12, 16].entries()) {
      const address = Buffer.from(addressBytes('2001:db8::'));
      packet.bytes.copy(address, 12, at, at + 4);
      address.copy(header, 8 + 16 * index);
    }
    return changed(packet, Buffer.concat([header, packet.bytes.subarray(parts.segment)]));
  });
}
