import { type Frame, LinkType } from '../../../src/capture/frame.ts';
import { type TcpFields, tcpPacket } from '../packet/packets.ts';
import { rawFrame } from '../program/run-pipeline.ts';

/** What a test says of a segment; the rest is that of a client and its server. */
export type Sent = Partial<TcpFields>;

const client = { source: '10.0.0.1', sourcePort: 40_000, destination: '10.0.0.2', destinationPort: 80 };
const server = { source: '10.0.0.2', sourcePort: 80, destination: '10.0.0.1', destinationPort: 40_000 };

/** Packets of an attacker, a microsecond apart. Both sides of a connection begin at sequence number 1000. */
export class HostilePeer {
  readonly frames: Frame[] = [];
  #time = 1_000_000_000_000_000;

  client(sent: Sent): this {
    return this.packet(tcpPacket({ ...client, sequence: 1000, acknowledgment: 1000, ...sent }));
  }

  server(sent: Sent): this {
    return this.packet(tcpPacket({ ...server, sequence: 1000, acknowledgment: 1000, ...sent }));
  }

  /** A handshake of the client with this port. */
  handshake(port: number = client.sourcePort): this {
    this.client({ sourcePort: port, sequence: 999, acknowledgment: 0, flags: 'S' });
    this.server({ destinationPort: port, sequence: 999, flags: 'SA' });
    return this.client({ sourcePort: port });
  }

  packet(bytes: Buffer): this {
    this.frames.push(rawFrame(bytes, this.#time++, LinkType.raw));
    return this;
  }

  wait(milliseconds: number): this {
    this.#time += milliseconds * 1000;
    return this;
  }
}

/** Something that is sent again and again. */
export type Hostile = (peer: HostilePeer, count: number) => void;

export type HostileTable = { readonly [title: string]: Hostile };

export function times(count: number, send: (index: number) => void): void {
  for (let index = 0; index < count; index++) send(index);
}

/** The sequence number of the first byte of either side. */
export const first = 1000;
export const ephemeral = (index: number) => 1024 + (index % 60_000);
export const address = (index: number) => `10.1.${(index >> 8) & 255}.${index & 255}`;
