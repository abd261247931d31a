import { addressBytes } from './ip-address.ts';

/**
 * The letters of the TCP flags that are set, as tcpdump prints them, with `A` for ACK: `S`, `SA`, `PA`, `FA`, `R`, ...
 */
export type TcpFlags = string;

export type TcpFields = {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Taken modulo 2^32. */
  readonly sequence: number;
  readonly acknowledgment?: number;
  readonly flags?: TcpFlags;
  readonly window?: number;
  /** Padded with zeros to whole words. */
  readonly options?: Buffer;
  readonly payload?: Buffer | string;
  readonly ip?: IpOptions;
};

/** What an IP header may carry beyond addresses and payload; each field is only used by the version that knows it. */
export type IpOptions = {
  readonly identification?: number;
  readonly timeToLive?: number;
  /** IPv4: option bytes, padded with zeros to whole words. */
  readonly options?: Buffer;
  /** IPv4: value of the total length field when it must differ from the truth (0 for segmentation offload). */
  readonly totalLength?: number;
  /** IPv6: extension headers in order. */
  readonly extensions?: readonly Ipv6Extension[];
};

/** `body` follows the next-header and length bytes and is padded with zeros to a multiple of 8 bytes, less 2. */
export type Ipv6Extension = { readonly type: number; readonly body?: Buffer };

/** For checksums: a packet with its pseudo-header, in this machine's words, too. Some tests make a million packets. */
const room = Buffer.alloc(2 ** 17);
const roomInWords = new Uint16Array(room.buffer, room.byteOffset, room.length / 2);
const nothing = Buffer.alloc(0);

const flagBits: Record<string, number> = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32, E: 64, W: 128 };

/** A whole IP packet, IPv4 or IPv6 as its addresses are, with a TCP segment and right checksums. */
export function tcpPacket(fields: TcpFields): Buffer {
  const { source, destination } = fields;
  return ipPacket({ source, destination, protocol: 6, payload: tcpSegment(fields), ...fields.ip });
}

/** The TCP segment alone. */
export function tcpSegment(fields: TcpFields): Buffer {
  const options = padded(fields.options, 4);
  const { payload: sent = nothing } = fields;
  const payload = typeof sent === 'string' ? Buffer.from(sent) : sent;
  const segment = zeros(20 + options.length + payload.length);
  segment.writeUInt16BE(fields.sourcePort, 0);
  segment.writeUInt16BE(fields.destinationPort, 2);
  segment.writeUInt32BE(fields.sequence >>> 0, 4);
  segment.writeUInt32BE((fields.acknowledgment ?? 0) >>> 0, 8);
  segment[12] = ((20 + options.length) / 4) << 4;
  segment[13] = flagByte(fields.flags ?? 'A');
  segment.writeUInt16BE(fields.window ?? 65535, 14);
  options.copy(segment, 20);
  payload.copy(segment, 20 + options.length);
  segment.writeUInt16BE(transportChecksum(fields.source, fields.destination, 6, segment), 16);
  return segment;
}

/** A UDP datagram to the discard port in an IP packet. */
export function udpPacket(source: string, destination: string, payload: Buffer | string): Buffer {
  const datagram = Buffer.concat([Buffer.alloc(8), Buffer.from(payload)]);
  datagram.writeUInt16BE(50_000, 0);
  datagram.writeUInt16BE(9, 2);
  datagram.writeUInt16BE(datagram.length, 4);
  datagram.writeUInt16BE(transportChecksum(source, destination, 17, datagram) || 0xffff, 6);
  return ipPacket({ source, destination, protocol: 17, payload: datagram });
}

export type IpFields = IpOptions & {
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  readonly payload: Buffer;
};

export function ipPacket(fields: IpFields): Buffer {
  return fields.source.includes(':') ? ipv6Packet(fields) : ipv4Packet(fields, 0);
}

/** `fragmentField` is the 16-bit field of flags and fragment offset. */
function ipv4Packet(fields: IpFields, fragmentField: number): Buffer {
  const options = padded(fields.options, 4);
  const header = zeros(20 + options.length);
  header[0] = 0x40 | (header.length / 4);
  header.writeUInt16BE(fields.totalLength ?? header.length + fields.payload.length, 2);
  header.writeUInt16BE(fields.identification ?? 0, 4);
  header.writeUInt16BE(fragmentField, 6);
  header[8] = fields.timeToLive ?? 64;
  header[9] = fields.protocol;
  addressBytes(fields.source).copy(header, 12);
  addressBytes(fields.destination).copy(header, 16);
  options.copy(header, 20);
  header.writeUInt16BE(internetChecksum(header), 10);
  return Buffer.concat([header, fields.payload]);
}

function ipv6Packet(fields: IpFields): Buffer {
  const extensions = fields.extensions ?? [];
  const parts = extensions.map(({ body = Buffer.alloc(6) }, index) => {
    const bytes = padded(Buffer.concat([Buffer.alloc(2), body]), 8);
    bytes[0] = extensions[index + 1]?.type ?? fields.protocol;
    bytes[1] = bytes.length / 8 - 1;
    return bytes;
  });
  const payload = Buffer.concat([...parts, fields.payload]);
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(payload.length, 4);
  header[6] = extensions[0]?.type ?? fields.protocol;
  header[7] = fields.timeToLive ?? 64;
  addressBytes(fields.source).copy(header, 8);
  addressBytes(fields.destination).copy(header, 24);
  return Buffer.concat([header, payload]);
}

/**
 * The same IPv4 packet in fragments of at most `size` payload bytes (rounded down to a multiple of 8); options are
 * repeated in each.
 */
export function fragmentIpv4(packet: Buffer, size: number): Buffer[] {
  const headerLength = (packet.readUInt8(0) & 15) * 4;
  const step = size - (size % 8);
  const fragments: Buffer[] = [];
  for (let offset = 0; offset < packet.length - headerLength; offset += step) {
    const payload = packet.subarray(headerLength + offset, headerLength + offset + step);
    const more = headerLength + offset + payload.length < packet.length;
    const header = Buffer.from(packet.subarray(0, headerLength));
    header.writeUInt16BE(headerLength + payload.length, 2);
    header.writeUInt16BE((more ? 0x2000 : 0) | (offset / 8), 6);
    header.writeUInt16BE(0, 10);
    header.writeUInt16BE(internetChecksum(header), 10);
    fragments.push(Buffer.concat([header, payload]));
  }
  return fragments;
}

/** The same IPv6 packet (without extension headers of its own) in fragments of at most `size` payload bytes. */
export function fragmentIpv6(packet: Buffer, size: number, identification: number): Buffer[] {
  const step = size - (size % 8);
  const fragments: Buffer[] = [];
  for (let offset = 0; offset < packet.length - 40; offset += step) {
    const payload = packet.subarray(40 + offset, 40 + offset + step);
    const more = 40 + offset + payload.length < packet.length;
    const header = Buffer.concat([packet.subarray(0, 40), Buffer.alloc(8)]);
    header.writeUInt16BE(8 + payload.length, 4);
    header[40] = packet.readUInt8(6);
    header[6] = 44;
    header.writeUInt16BE(offset | (more ? 1 : 0), 42);
    header.writeUInt32BE(identification, 44);
    fragments.push(Buffer.concat([header, payload]));
  }
  return fragments;
}

/** The Internet checksum (RFC 1071) over the parts as if they were one. */
export function internetChecksum(...parts: readonly Buffer[]): number {
  let length = 0;
  for (const part of parts) length += part.copy(room, length);
  if (length === room.length) throw new RangeError(`more than ${length} bytes are no packet`);
  room[length] = 0;
  // In this machine's order of bytes, which is many times faster and changes nothing but the order of the sum's own.
  let sum = 0;
  for (let index = 0; 2 * index < length; index++) sum += roomInWords[index] ?? 0;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  roomInWords[0] = ~sum;
  return room.readUInt16BE(0);
}

/** Of TCP or UDP, over the pseudo-header (RFC 9293 section 3.1, RFC 8200 section 8.1). */
function transportChecksum(source: string, destination: string, protocol: number, segment: Buffer): number {
  const length = zeros(8);
  length.writeUInt32BE(segment.length, 0);
  length[7] = protocol;
  return internetChecksum(addressBytes(source), addressBytes(destination), length, segment);
}

function flagByte(flags: TcpFlags): number {
  let byte = 0;
  for (const letter of flags) byte |= flagBits[letter] ?? 0;
  return byte;
}

/** As `Buffer.alloc`, but from node's pool: memory of its own for each costs more than all the rest of a packet. */
function zeros(length: number): Buffer {
  return Buffer.allocUnsafe(length).fill(0);
}

function padded(bytes: Buffer = nothing, multiple: number): Buffer {
  if (bytes.length % multiple === 0) return bytes;
  return Buffer.concat([bytes, Buffer.alloc((multiple - (bytes.length % multiple)) % multiple)]);
}
