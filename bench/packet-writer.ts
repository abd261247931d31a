/** One TCP connection as the generator of packets sees it. */
export type Flow = {
  readonly client: number;
  readonly clientPort: number;
  readonly server: number;
  readonly serverPort: number;
  clientSequence: number;
  serverSequence: number;
};

/**
 * A segment with `payloadBytes` bytes from `offset` on of what its sender has not sent yet, made of two parts: `front`,
 * then filler.
 */
export type Packet = {
  readonly fromClient: boolean;
  readonly flags: number;
  readonly front: Buffer;
  readonly offset: number;
  readonly payloadBytes: number;
};

/** The address that all packets are sent to. */
export const receiverMac = '02:00:00:00:00:01';

export const Flag = { fin: 1, syn: 2, push: 8, ack: 16 } as const;

const recordHeader = 16;
const tcpAt = 34;
/** Ethernet, IPv4, and TCP with the time stamps option. */
const headers = 66;
const startSeconds = 1_704_164_645;
/** Capture time from one packet to the next, microseconds. */
const interval = 10;

/**
 * Writes packets in pcap format, many times faster than the test tools do: each is a template that gets its own
 * numbers. IP checksums are right; those of TCP are missing, as with checksum offload.
 */
export class PacketWriter {
  readonly #write: (bytes: Buffer) => void;
  readonly #buffer = Buffer.alloc(4 * 1024 * 1024);
  #used = 0;
  #time = 0;
  packets = 0;
  bytes = 0;

  constructor(write: (bytes: Buffer) => void) {
    this.#write = write;
    const header = Buffer.alloc(24);
    header.writeUInt32LE(0xa1b2c3d4, 0);
    header.writeUInt16LE(2, 4);
    header.writeUInt16LE(4, 6);
    header.writeUInt32LE(262_144, 16);
    header.writeUInt32LE(1, 20);
    header.copy(this.#buffer);
    this.#used = header.length;
  }

  packet(flow: Flow, packet: Packet): void {
    const { front, offset, payloadBytes } = packet;
    const length = headers + payloadBytes;
    if (this.#used + recordHeader + length > this.#buffer.length) this.flush();
    const at = this.#used;
    const buffer = this.#buffer;
    buffer.writeUInt32LE(startSeconds + Math.floor(this.#time / 1e6), at);
    buffer.writeUInt32LE(this.#time % 1e6, at + 4);
    buffer.writeUInt32LE(length, at + 8);
    buffer.writeUInt32LE(length, at + 12);
    this.#headers(at + recordHeader, flow, packet);
    const payloadAt = at + recordHeader + headers;
    const fromFront = Math.max(0, Math.min(payloadBytes, front.length - offset));
    if (fromFront > 0) front.copy(buffer, payloadAt, offset, offset + fromFront);
    if (fromFront < payloadBytes) filler.copy(buffer, payloadAt + fromFront, 0, payloadBytes - fromFront);
    this.#used = payloadAt + payloadBytes;
    this.#time += interval;
    this.packets++;
  }

  flush(): void {
    this.#write(this.#buffer.subarray(0, this.#used));
    this.bytes += this.#used;
    this.#used = 0;
  }

  #headers(at: number, flow: Flow, { fromClient, flags, offset, payloadBytes }: Packet): void {
    const buffer = this.#buffer;
    template.copy(buffer, at);
    const ipLength = headers - 14 + payloadBytes;
    buffer.writeUInt16BE(ipLength, at + 16);
    const [source, destination] = fromClient ? [flow.client, flow.server] : [flow.server, flow.client];
    buffer.writeUInt32BE(source, at + 26);
    buffer.writeUInt32BE(destination, at + 30);
    buffer.writeUInt16BE(ipChecksum(ipLength, source, destination), at + 24);
    buffer.writeUInt16BE(fromClient ? flow.clientPort : flow.serverPort, at + tcpAt);
    buffer.writeUInt16BE(fromClient ? flow.serverPort : flow.clientPort, at + tcpAt + 2);
    const [own, other] = fromClient
      ? [flow.clientSequence, flow.serverSequence]
      : [flow.serverSequence, flow.clientSequence];
    buffer.writeUInt32BE((own + offset) >>> 0, at + tcpAt + 4);
    buffer.writeUInt32BE((flags & Flag.ack) === 0 ? 0 : other >>> 0, at + tcpAt + 8);
    buffer[at + tcpAt + 13] = flags;
  }
}

const template = Buffer.alloc(headers);
template.set(Buffer.from(receiverMac.replaceAll(':', ''), 'hex'), 0);
template.set([2, 0, 0, 0, 0, 2, 8, 0], 6);
template.set([0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6], 14);
template[tcpAt + 12] = 0x80;
template.set([0xfa, 0xf0], tcpAt + 14);
template.set([1, 1, 8, 10], tcpAt + 20);

const filler = Buffer.alloc(65_536, '{"id":4711,"name":"tea","price":2.5},');

function ipChecksum(length: number, source: number, destination: number): number {
  let sum = 0x4500 + length + 0x4000 + 0x4006;
  sum += (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
