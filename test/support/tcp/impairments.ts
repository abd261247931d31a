import { tcpPacket } from '../packet/packets.ts';
import { type Random, randomInteger } from '../program/random.ts';
import type { ConversationPacket } from './tcp-conversation.ts';

/** What a network may do to packets, by chance of a seeded generator. Each keeps the times of a capture in order. */

/** Packets arrive late by up to `displacement` places. */
export function shuffled(
  packets: readonly ConversationPacket[],
  displacement: number,
  random: Random,
): ConversationPacket[] {
  const places = packets.map((packet, index) => ({ packet, place: index + random() * displacement, index }));
  places.sort((a, b) => a.place - b.place || a.index - b.index);
  return places.map(({ packet }, index) => ({ ...packet, time: packets[index]?.time ?? packet.time }));
}

/** Some packets come a second time, up to `distance` places later. */
export function duplicated(
  packets: readonly ConversationPacket[],
  probability: number,
  distance: number,
  random: Random,
): ConversationPacket[] {
  const copies = packets.flatMap((packet, index) => {
    if (random() >= probability) return [];
    return [{ packet, place: index + 0.5 + randomInteger(random, 0, distance) }];
  });
  return interleaved(packets, copies);
}

/**
 * Some data is sent again in other segments: cut in two places somewhere in a packet and the one that follows it in its
 * direction.
 */
export function overlapped(
  packets: readonly ConversationPacket[],
  probability: number,
  random: Random,
): ConversationPacket[] {
  const copies = packets.flatMap((packet, index) => {
    const near = packets.slice(index + 1, index + 65);
    const distance = near.findIndex((other) => follows(packet, other));
    const next = near[distance];
    if (!next || random() >= probability) return [];
    return [{ packet: resegmented(packet, next, random), place: index + 1 + distance + 0.5 }];
  });
  return interleaved(packets, copies);
}

/** Some packets were never captured. */
export function dropped(
  packets: readonly ConversationPacket[],
  probability: number,
  random: Random,
): ConversationPacket[] {
  return packets.filter(() => random() >= probability);
}

/** Without the data packets whose payload contains `text`. */
export function without(packets: readonly ConversationPacket[], text: string): ConversationPacket[] {
  const left = packets.filter(({ fields }) => !fields.payload.includes(text, 0, 'latin1'));
  if (left.length === packets.length) throw new Error(`No packet contains '${text}'.`);
  return left;
}

type Placed = { readonly packet: ConversationPacket; readonly place: number };

/** `extra` packets at their places between the others, at the time of the packet before them. */
function interleaved(packets: readonly ConversationPacket[], extra: readonly Placed[]): ConversationPacket[] {
  const all = [...packets.map((packet, place) => ({ packet, place })), ...extra].sort((a, b) => a.place - b.place);
  let time = 0;
  return all.map(({ packet, place }) => {
    if (Number.isInteger(place)) time = packet.time;
    return { ...packet, time };
  });
}

function follows(packet: ConversationPacket, next: ConversationPacket): boolean {
  const length = packet.fields.payload.length;
  return (
    length > 0 &&
    next.fields.payload.length > 0 &&
    next.from === packet.from &&
    next.fields.sequence === (packet.fields.sequence + length) >>> 0
  );
}

function resegmented(first: ConversationPacket, second: ConversationPacket, random: Random): ConversationPacket {
  const bytes = Buffer.concat([first.fields.payload, second.fields.payload]);
  const from = randomInteger(random, 0, first.fields.payload.length);
  const to = first.fields.payload.length + randomInteger(random, 1, second.fields.payload.length + 1);
  const fields = {
    ...second.fields,
    sequence: (first.fields.sequence + from) >>> 0,
    payload: bytes.subarray(from, to),
  };
  return { ...second, fields, bytes: tcpPacket(fields) };
}
