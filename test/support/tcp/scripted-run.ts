import type { PacketDirection } from '../../../src/capture/frame.ts';
import { type TcpFlags, tcpPacket } from '../packet/packets.ts';
import { type RunOptions, TcpRun } from './tcp-run.ts';

export type Sender = 'client' | 'server';

/** A segment by its place in the stream of its sender: `at` is the offset of its first byte, -1 that of the SYN. */
export type ScriptedSegment = {
  readonly at?: number;
  readonly payload?: string | Buffer;
  readonly flags?: TcpFlags;
  /**
   * Offset in the other side's stream up to which everything was received; unless given, all that has been scripted of
   * it.
   */
  readonly ack?: number;
  /** Payload bytes that the snap length truncates. */
  readonly truncated?: number;
  readonly direction?: PacketDirection;
};

export type ScriptOptions = RunOptions & {
  /** Sequence numbers of the first bytes. */
  readonly clientFirst?: number;
  readonly serverFirst?: number;
};

export type Ports = { readonly client: number; readonly server: number };

/** Milliseconds between two packets. */
const interval = 1;

/** One connection (or several one after the other), segment by segment, as a test writes it down. */
export class ScriptedRun extends TcpRun {
  /** Capture time in milliseconds. */
  now = 1_000_000;
  clientPort = 40_000;
  readonly first: { client: number; server: number };
  readonly #sent = { client: 0, server: 0 };

  constructor(options: ScriptOptions = {}) {
    super(options);
    this.first = { client: options.clientFirst ?? 1000, server: options.serverFirst ?? 500_000 };
  }

  client(segment: ScriptedSegment): this {
    return this.#send('client', segment);
  }

  server(segment: ScriptedSegment): this {
    return this.#send('server', segment);
  }

  handshake(): this {
    return this.client({ at: -1, flags: 'S' }).server({ at: -1, flags: 'SA', ack: 0 }).client({ ack: 0 });
  }

  /** Lets capture time pass. */
  wait(milliseconds: number): this {
    this.now += milliseconds;
    this.tick(this.now * 1000);
    return this;
  }

  /** The same ports are used again, from other sequence numbers. */
  reusePorts(client: number, server: number): this {
    this.first.client = client;
    this.first.server = server;
    this.#sent.client = 0;
    this.#sent.server = 0;
    return this;
  }

  #send(from: Sender, segment: ScriptedSegment): this {
    const other = from === 'client' ? 'server' : 'client';
    const payload = Buffer.from(segment.payload ?? '');
    const at = segment.at ?? this.#sent[from];
    const bytes = tcpPacket({
      source: from === 'client' ? '10.0.0.1' : '10.0.0.2',
      destination: from === 'client' ? '10.0.0.2' : '10.0.0.1',
      sourcePort: from === 'client' ? this.clientPort : 80,
      destinationPort: from === 'client' ? 80 : this.clientPort,
      sequence: this.first[from] + at,
      acknowledgment: this.first[other] + (segment.ack ?? this.#sent[other]),
      flags: segment.flags ?? 'A',
      payload,
    });
    this.packet(bytes, this.now * 1000, bytes.length - (segment.truncated ?? 0), segment.direction);
    this.#sent[from] = Math.max(this.#sent[from], at + payload.length);
    this.now += interval;
    return this;
  }
}
