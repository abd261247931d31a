import { type IpOptions, type TcpFields, type TcpFlags, tcpPacket } from '../packet/packets.ts';

export type Side = 'client' | 'server';

/** One packet of a conversation, as it would be captured. */
export type ConversationPacket = {
  /** Microseconds since the epoch. */
  readonly time: number;
  readonly from: Side;
  /** The IP packet. */
  readonly bytes: Buffer;
  /** What it was built from. */
  readonly fields: TcpFields & { readonly payload: Buffer };
};

export type ConversationOptions = {
  readonly clientIp?: string;
  readonly clientPort?: number;
  readonly serverIp?: string;
  readonly serverPort?: number;
  /** Time of the first packet, microseconds since the epoch. */
  readonly time?: number;
  /** Microseconds from one packet to the next. */
  readonly interval?: number;
  /** Sequence numbers of the SYNs; taken modulo 2^32. */
  readonly clientSequence?: number;
  readonly serverSequence?: number;
  /** Largest payload of a packet. */
  readonly mss?: number;
  /** Joined in the middle: no SYN is captured. */
  readonly handshake?: boolean;
  /** After each burst of data its receiver sends an empty ACK. */
  readonly acks?: boolean;
  /** In every IP header. */
  readonly ip?: IpOptions;
};

/** 2024-01-02T03:04:05Z. */
export const conversationStart = 1_704_164_645_000_000;

type SideState = { readonly ip: string; readonly port: number; sequence: number; acknowledgment: number };

/**
 * A TCP connection as it looks on the wire when nothing goes wrong: each packet acknowledges all that its sender has
 * received so far. Addresses of version 6 when they are given as such. The same calls give the same packets.
 */
export class TcpConversation {
  readonly packets: ConversationPacket[] = [];
  /** Time of the next packet. */
  time: number;
  readonly #sides: { readonly client: SideState; readonly server: SideState };
  readonly #interval: number;
  readonly #mss: number;
  readonly #acks: boolean;
  readonly #ip: IpOptions | undefined;

  constructor(options: ConversationOptions = {}) {
    const { clientSequence = 1000, serverSequence = 500_000, handshake = true } = options;
    this.#sides = {
      client: side(options.clientIp ?? '10.0.0.1', options.clientPort ?? 40000, clientSequence, serverSequence),
      server: side(options.serverIp ?? '10.0.0.2', options.serverPort ?? 80, serverSequence, clientSequence),
    };
    this.time = options.time ?? conversationStart;
    this.#interval = options.interval ?? 1000;
    this.#mss = options.mss ?? 1460;
    this.#acks = options.acks ?? true;
    this.#ip = options.ip;
    if (handshake) this.#handshake();
    else for (const from of ['client', 'server'] as const) this.#joined(from);
  }

  /** The client sends bytes (a string is Latin-1), cut into packets of at most the MSS. */
  client(bytes: Buffer | string): this {
    return this.#data('client', bytes);
  }

  server(bytes: Buffer | string): this {
    return this.#data('server', bytes);
  }

  /** Lets microseconds pass. */
  wait(microseconds: number): this {
    this.time += microseconds;
    return this;
  }

  /** One side ends its direction; the other acknowledges. */
  fin(from: Side): this {
    this.#send(from, 'FA');
    return this.#acks ? this.ack(other(from)) : this;
  }

  /** Both sides end, `first` first. */
  close(first: Side = 'client'): this {
    return this.fin(first).fin(other(first));
  }

  reset(from: Side): this {
    this.#send(from, 'RA');
    return this;
  }

  /** An empty acknowledgment of all that was received. */
  ack(from: Side): this {
    this.#send(from, 'A');
    return this;
  }

  /** A keep-alive probe: one byte that was acknowledged long ago (RFC 9293 section 3.8.4). */
  keepAlive(from: Side): this {
    const state = this.#sides[from];
    state.sequence--;
    this.#send(from, 'A', Buffer.from([0]));
    return this.ack(other(from));
  }

  #handshake(): void {
    const { client, server } = this.#sides;
    this.#send('client', 'S');
    server.acknowledgment = client.sequence;
    this.#send('server', 'SA');
    this.#send('client', 'A');
  }

  /** Both SYNs were sent before the capture began. */
  #joined(from: Side): void {
    this.#sides[from].sequence++;
    this.#sides[other(from)].acknowledgment = this.#sides[from].sequence;
  }

  #data(from: Side, bytes: Buffer | string): this {
    const content = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    for (let start = 0; start < content.length; start += this.#mss) {
      const payload = content.subarray(start, start + this.#mss);
      this.#send(from, start + payload.length === content.length ? 'PA' : 'A', payload);
    }
    return this.#acks && content.length > 0 ? this.ack(other(from)) : this;
  }

  #send(from: Side, flags: TcpFlags, payload: Buffer = Buffer.alloc(0)): void {
    const sender = this.#sides[from];
    const receiver = this.#sides[other(from)];
    const fields = {
      source: sender.ip,
      destination: receiver.ip,
      sourcePort: sender.port,
      destinationPort: receiver.port,
      sequence: sender.sequence >>> 0,
      acknowledgment: flags === 'S' ? 0 : sender.acknowledgment >>> 0,
      flags,
      payload,
      ...(flags.includes('S') && { options: mssOption(this.#mss) }),
      ...(this.#ip && { ip: this.#ip }),
    };
    this.packets.push({ time: this.time, from, bytes: tcpPacket(fields), fields });
    this.time += this.#interval;
    sender.sequence += payload.length + (flags.includes('S') || flags.includes('F') ? 1 : 0);
    receiver.acknowledgment = sender.sequence;
  }
}

/** Packets of several conversations in the order of their times. */
export function merged(...conversations: readonly TcpConversation[]): ConversationPacket[] {
  return conversations.flatMap(({ packets }) => packets).sort((a, b) => a.time - b.time);
}

function side(ip: string, port: number, sequence: number, acknowledgment: number): SideState {
  return { ip, port, sequence, acknowledgment };
}

function other(from: Side): Side {
  return from === 'client' ? 'server' : 'client';
}

function mssOption(mss: number): Buffer {
  return Buffer.from([2, 4, mss >> 8, mss & 255]);
}
