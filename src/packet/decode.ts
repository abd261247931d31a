import { int32, uint8, uint16 } from '../bytes/integers.ts';
import type { Writable } from '../bytes/writable.ts';
import type { Frame } from '../capture/frame.ts';
import type { Counters } from '../telemetry/counters.ts';
import { decapsulations, steps } from './decapsulations.ts';
import { behindEthernet } from './ether-type.ts';
import { FragmentReassembler } from './fragments.ts';
import type { Header, Stop, Tunnel } from './header.ts';
import { behindIp } from './ip.ts';
import { ipProtocolHeader } from './ip-protocol.ts';
import { cookedDirection, linkHeader } from './link.ts';
import { PacketCursor } from './packet-cursor.ts';
import { Flag, type Segment } from './segment.ts';
import { tunnelOf } from './tunnels/udp.ts';

/**
 * The most tunnels inside of each other. Real ones have two or three; what is made up beyond that costs no more than
 * this.
 */
export const maxTunnels = 8;

export type DecoderOptions = {
  /** Whether packets inside of other packets are looked for. */
  readonly decapsulates: boolean;
  readonly deliver: (segment: Segment) => void;
  /** Is given what a message of ICMP comes to that a segment could not be delivered: an RST that refuses it. */
  readonly refuse: (segment: Segment) => void;
};

/**
 * Takes a frame apart, header by header, down to its TCP segment. Checksums are not looked at: outgoing packets carry
 * none yet.
 */
export class Decoder {
  readonly #counters: Counters;
  readonly #options: DecoderOptions;
  readonly #fragments: FragmentReassembler;
  readonly #packet = new PacketCursor();
  readonly #segment: Writable<Segment> = {
    bytes: Buffer.alloc(0),
    sourceAddress: 0,
    destinationAddress: 0,
    addressLength: 4,
    sourcePort: 0,
    destinationPort: 0,
    sequence: 0,
    acknowledgment: 0,
    flags: 0,
    payloadStart: 0,
    payloadEnd: 0,
    truncatedBytes: 0,
    time: 0,
    direction: undefined,
  };

  constructor(counters: Counters, options: DecoderOptions) {
    this.#counters = counters;
    this.#options = options;
    this.#fragments = new FragmentReassembler(counters);
  }

  /** Hands the frame's segment on, if it has one; counts it otherwise. */
  frame(frame: Frame): void {
    const packet = this.#packet;
    packet.bytes = frame.bytes;
    packet.at = frame.start;
    packet.end = frame.end;
    packet.wireEnd = Math.max(frame.end, frame.start + frame.wireLength);
    this.#segment.time = frame.time;
    this.#segment.direction = frame.direction ?? cookedDirection(frame);
    const header = this.#walk(linkHeader(frame.linkType));
    if (packet.isUndelivered) this.#undelivered(header);
    else if (header === 'tcp') this.#tcp();
    else this.#stop(header);
  }

  tick(now: number): void {
    this.#fragments.tick(now);
  }

  /** The capture is over. */
  close(): void {
    this.#fragments.close();
  }

  /** Follows the headers from one to the next, to the TCP segment or to where there is none. */
  #walk(first: Header | Stop): 'tcp' | Stop {
    const packet = this.#packet;
    let header = first;
    packet.tunnels = 0;
    packet.isUndelivered = false;
    packet.sourceAddress = -1;
    for (;;) {
      if (header === 'tcp') return header;
      if (header === 'ip') {
        header = behindIp(packet);
        if (header === 'fragment' && !packet.isUndelivered) header = this.#whole();
      } else if (header === 'ethernet') {
        // Not by the table: this is in front of most packets of a file.
        header = behindEthernet(packet);
      } else if (header in steps) {
        header = steps[header as keyof typeof steps](packet);
      } else if (header in decapsulations) {
        if (!this.#options.decapsulates) return packet.hasAddresses ? 'not_tcp' : 'not_ip';
        packet.tunnels++;
        if (packet.tunnels > maxTunnels) return 'too_deep';
        header = decapsulations[header as Tunnel](packet);
      } else {
        return header as Stop;
      }
    }
  }

  #stop(reason: Stop): void {
    // A fragment that waits is counted where it waits.
    if (reason === 'fragment') return;
    // A header does not fit: was it truncated, or was the packet sent like that?
    const isTruncated = this.#packet.wireEnd > this.#packet.end;
    const counted = reason === 'too_short' ? (isTruncated ? 'truncated' : 'malformed') : reason;
    this.#counters[`frames_skipped_${counted}`]++;
  }

  /** What begins in the packet that a fragment makes whole, to which the cursor moves; `fragment` while it is not. */
  #whole(): Header | Stop {
    const packet = this.#packet;
    const { bytes, sourceAddress, destinationAddress, addressLength, at, end } = packet;
    const { protocol, identification, offset, last } = packet.fragment;
    const header = ipProtocolHeader(protocol);
    const isIcmp = header === 'icmp' || header === 'icmp_6';
    if (header === undefined || isIcmp || (header !== 'tcp' && !this.#options.decapsulates)) return 'not_tcp';
    const source = bytes.subarray(sourceAddress, sourceAddress + addressLength);
    const destination = bytes.subarray(destinationAddress, destinationAddress + addressLength);
    const key = `${source.toString('latin1')}${destination.toString('latin1')}${protocol} ${identification}`;
    // Datagrams are only put together where the first fragment, which comes first, shows that they are a tunnel's.
    if (header === 'udp' && !(offset === 0 ? tunnelOf(packet) !== undefined : this.#fragments.isWaiting(key))) {
      return 'not_tcp';
    }
    if (end < packet.wireEnd) return 'too_short';
    if (at > end) return 'malformed';
    const { time } = this.#segment;
    const whole = this.#fragments.add({ key, offset, last, bytes: bytes.subarray(at, end), time });
    if (whole === undefined) return 'fragment';
    packet.bytes = Buffer.concat([source, destination, whole]);
    packet.sourceAddress = 0;
    packet.destinationAddress = addressLength;
    packet.at = 2 * addressLength;
    packet.end = packet.bytes.length;
    packet.wireEnd = packet.end;
    return header;
  }

  /** Of a segment that could not be delivered, the ports and the sequence number are repeated (RFC 792). */
  #undelivered(header: 'tcp' | Stop): void {
    const packet = this.#packet;
    this.#stop('not_tcp');
    if (header !== 'tcp' || !packet.has(8)) return;
    const { bytes, at } = packet;
    const segment = this.#segment;
    segment.bytes = bytes;
    segment.sourceAddress = packet.destinationAddress;
    segment.destinationAddress = packet.sourceAddress;
    segment.addressLength = packet.addressLength;
    segment.sourcePort = uint16(bytes, at + 2);
    segment.destinationPort = uint16(bytes, at);
    segment.sequence = 0;
    segment.acknowledgment = (int32(bytes, at + 4) + 1) | 0;
    segment.flags = Flag.rst | Flag.ack;
    segment.payloadStart = at;
    segment.payloadEnd = at;
    segment.truncatedBytes = 0;
    this.#options.refuse(segment);
  }

  /** RFC 9293, section 3.1. */
  #tcp(): void {
    const packet = this.#packet;
    if (!packet.has(20)) return this.#stop('too_short');
    const { bytes, at, end, wireEnd } = packet;
    const headerLength = (uint8(bytes, at + 12) >> 4) * 4;
    const payloadStart = at + headerLength;
    if (headerLength < 20 || payloadStart > wireEnd) return this.#stop('malformed');
    if (payloadStart > end) return this.#stop('too_short');
    const segment = this.#segment;
    segment.bytes = bytes;
    segment.sourceAddress = packet.sourceAddress;
    segment.destinationAddress = packet.destinationAddress;
    segment.addressLength = packet.addressLength;
    segment.sourcePort = uint16(bytes, at);
    segment.destinationPort = uint16(bytes, at + 2);
    segment.sequence = int32(bytes, at + 4);
    segment.acknowledgment = int32(bytes, at + 8);
    segment.flags = uint8(bytes, at + 13);
    segment.payloadStart = payloadStart;
    segment.payloadEnd = end;
    segment.truncatedBytes = wireEnd - end;
    this.#counters.segments_received++;
    if (packet.tunnels > 0) this.#counters.segments_decapsulated++;
    this.#counters.payload_bytes_received += end - payloadStart;
    this.#options.deliver(segment);
  }
}
