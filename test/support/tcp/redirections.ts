import { tcpPacket } from '../packet/packets.ts';
import type { ConversationPacket } from './tcp-conversation.ts';

type Packets = readonly ConversationPacket[];

/** What a redirection makes of a conversation, and whose address its server has then. */
export type Redirection = (packets: Packets) => {
  readonly packets: Packets;
  readonly server: 'own' | 'other';
};

const port = 15_001;

/** How address translation shows a conversation to whoever captures it. */
export const redirections: { readonly [name: string]: Redirection } = {
  'requests go to a proxy (REDIRECT, seen on loopback)': (packets) => ({
    packets: packets.map((packet) => (packet.from === 'client' ? translated(packet) : packet)),
    server: 'own',
  }),
  'answers come from the address of a Service (DNAT, seen on a bridge)': (packets) => ({
    packets: packets.map((packet) => (packet.from === 'server' ? translated(packet) : packet)),
    server: 'other',
  }),
  'requests are seen again on their way to another address (DNAT and masquerading)': (packets) => ({
    packets: packets.flatMap((packet) => (packet.from === 'client' ? [packet, translated(packet)] : [packet])),
    server: 'own',
  }),
};

/** The same packet with another server. */
export function translated(packet: ConversationPacket): ConversationPacket {
  const { fields, from } = packet;
  const other = otherServer(fields.source);
  const changed =
    from === 'client'
      ? { ...fields, destination: other, destinationPort: port }
      : { ...fields, source: other, sourcePort: port };
  return { ...packet, fields: changed, bytes: tcpPacket(changed) };
}

export function otherServer(like: string): string {
  return like.includes(':') ? '::1' : '127.0.0.1';
}
