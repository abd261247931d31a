import { int32, uint8, uint16 } from '../bytes/integers.ts';
import type { Writable } from '../bytes/writable.ts';
import type { Frame } from '../capture/frame.ts';
import type { Counters } from '../telemetry/counters.ts';
import { ExtensionHeader, extensionLength, isExtension } from './extension-headers.ts';
import { FragmentReassembler } from './fragments.ts';
import { cookedDirection, NoNetworkLayer, networkLayer } from './link.ts';
import type { Segment } from './segment.ts';

const protocolTcp = 6;

/** A header that does not lead to a TCP segment, by the counter it ends in. */
type Skip = 'link_type' | 'not_ip' | 'not_tcp' | 'malformed' | 'truncated';

/**
 * Takes a frame apart down to its TCP segment. Lengths in the IP header win over the captured length (Ethernet padding), except that 0
 * means a super-packet whose length the sender's card fills in later, and that no packet has more than was on the wire. Checksums are
 * not looked at: outgoing packets carry none yet.
 */
export class Decoder {
  readonly #counters: Counters;
  readonly #deliver: (segment: Segment) => void;
  readonly #fragments: FragmentReassembler;
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
    missingBytes: 0,
    time: 0,
    direction: undefined,
  };

  constructor(counters: Counters, deliver: (segment: Segment) => void) {
    this.#counters = counters;
    this.#deliver = deliver;
    this.#fragments = new FragmentReassembler(counters);
  }

  /** Hands the frame's segment on, if it has one; counts it otherwise. */
  frame(frame: Frame): void {
    const { bytes, start, end, linkType } = frame;
    const network = networkLayer(bytes, start, end, linkType);
    if (network === NoNetworkLayer.linkType) return this.#skip('link_type');
    if (network === NoNetworkLayer.notIp) return this.#skip('not_ip');
    const cutBytes = Math.max(0, frame.wireLength - (end - start));
    if (network < 0 || network + 20 > end) return this.#tooShort(cutBytes);
    const segment = this.#segment;
    segment.bytes = bytes;
    segment.time = frame.time;
    segment.direction = frame.direction ?? cookedDirection(bytes, start, linkType);
    const version = uint8(bytes, network) >> 4;
    if (version === 4) this.#ipv4(bytes, network, end, cutBytes);
    else if (version === 6) this.#ipv6(bytes, network, end, cutBytes);
    else this.#skip('not_ip');
  }

  tick(now: number): void {
    this.#fragments.tick(now);
  }

  /** The capture is over. */
  close(): void {
    this.#fragments.close();
  }

  #skip(reason: Skip): void {
    this.#counters[`frames_skipped_${reason}`]++;
  }

  /** A header does not fit: was it cut off, or was the packet sent like that? */
  #tooShort(cutBytes: number): void {
    this.#skip(cutBytes > 0 ? 'truncated' : 'malformed');
  }

  /** RFC 791, section 3.1. */
  #ipv4(bytes: Buffer, at: number, captureEnd: number, cutBytes: number): void {
    const headerLength = (uint8(bytes, at) & 0x0f) * 4;
    const totalLength = uint16(bytes, at + 2) || captureEnd + cutBytes - at;
    if (headerLength < 20 || totalLength < headerLength) return this.#skip('malformed');
    const protocol = uint8(bytes, at + 9);
    if (protocol !== protocolTcp && protocol !== ExtensionHeader.authentication) return this.#skip('not_tcp');
    const segment = this.#segment;
    segment.sourceAddress = at + 12;
    segment.destinationAddress = at + 16;
    segment.addressLength = 4;
    const wireEnd = Math.min(at + totalLength, captureEnd + cutBytes);
    const end = Math.min(wireEnd, captureEnd);
    const fragment = uint16(bytes, at + 6);
    const start = at + headerLength;
    if ((fragment & 0x3fff) !== 0) {
      if (protocol !== protocolTcp) return this.#skip('not_tcp');
      const identification = uint16(bytes, at + 4);
      return this.#fragment(identification, (fragment & 0x1fff) * 8, (fragment & 0x2000) === 0, start, end, wireEnd);
    }
    if (protocol === protocolTcp) this.#tcp(bytes, start, end, wireEnd - end);
    else this.#authenticated(bytes, start, end, wireEnd - end);
  }

  /** RFC 4302: what is authenticated can be read. */
  #authenticated(bytes: Buffer, at: number, end: number, missingBytes: number): void {
    if (at + 8 > end) return this.#tooShort(missingBytes);
    if (uint8(bytes, at) !== protocolTcp) return this.#skip('not_tcp');
    this.#tcp(bytes, at + extensionLength(ExtensionHeader.authentication, uint8(bytes, at + 1)), end, missingBytes);
  }

  /** RFC 8200, sections 3 and 4. A payload length of 0 is a jumbogram or a super-packet: it ends where the capture does. */
  #ipv6(bytes: Buffer, at: number, captureEnd: number, cutBytes: number): void {
    if (at + 40 > captureEnd) return this.#tooShort(cutBytes);
    const payloadLength = uint16(bytes, at + 4);
    const wholeEnd = captureEnd + cutBytes;
    const wireEnd = payloadLength === 0 ? wholeEnd : Math.min(at + 40 + payloadLength, wholeEnd);
    const end = Math.min(wireEnd, captureEnd);
    const segment = this.#segment;
    segment.sourceAddress = at + 8;
    segment.destinationAddress = at + 24;
    segment.addressLength = 16;
    let next = uint8(bytes, at + 6);
    let offset = at + 40;
    while (next !== protocolTcp) {
      if (!isExtension(next)) return this.#skip('not_tcp');
      if (offset + 8 > end) return this.#tooShort(wireEnd - end);
      if (next === ExtensionHeader.fragment) {
        const fragment = uint16(bytes, offset + 2);
        const identification = int32(bytes, offset + 4);
        if ((fragment & 0xfff9) !== 0) {
          if (uint8(bytes, offset) !== protocolTcp) return this.#skip('not_tcp');
          return this.#fragment(identification, fragment & 0xfff8, (fragment & 1) === 0, offset + 8, end, wireEnd);
        }
      }
      const length = extensionLength(next, uint8(bytes, offset + 1));
      next = uint8(bytes, offset);
      offset += length;
    }
    this.#tcp(bytes, offset, end, wireEnd - end);
  }

  #fragment(identification: number, offset: number, last: boolean, start: number, end: number, wireEnd: number): void {
    if (end < wireEnd) return this.#skip('truncated');
    if (start > end) return this.#skip('malformed');
    const segment = this.#segment;
    const { bytes, sourceAddress, destinationAddress, addressLength, time } = segment;
    const source = bytes.subarray(sourceAddress, sourceAddress + addressLength);
    const destination = bytes.subarray(destinationAddress, destinationAddress + addressLength);
    const key = `${source.toString('latin1')}${destination.toString('latin1')}${identification}`;
    const whole = this.#fragments.add({ key, offset, last, bytes: bytes.subarray(start, end), time });
    if (whole === undefined) return;
    segment.bytes = Buffer.concat([source, destination, whole]);
    segment.sourceAddress = 0;
    segment.destinationAddress = addressLength;
    this.#tcp(segment.bytes, 2 * addressLength, segment.bytes.length, 0);
  }

  /** RFC 9293, section 3.1. */
  #tcp(bytes: Buffer, at: number, end: number, missingBytes: number): void {
    if (at + 20 > end) return this.#tooShort(missingBytes);
    const headerLength = (uint8(bytes, at + 12) >> 4) * 4;
    if (headerLength < 20) return this.#skip('malformed');
    const payloadStart = at + headerLength;
    if (payloadStart > end + missingBytes) return this.#skip('malformed');
    if (payloadStart > end) return this.#skip('truncated');
    const segment = this.#segment;
    segment.sourcePort = uint16(bytes, at);
    segment.destinationPort = uint16(bytes, at + 2);
    segment.sequence = int32(bytes, at + 4);
    segment.acknowledgment = int32(bytes, at + 8);
    segment.flags = uint8(bytes, at + 13);
    segment.payloadStart = payloadStart;
    segment.payloadEnd = end;
    segment.missingBytes = missingBytes;
    this.#counters.segments_received++;
    this.#counters.payload_bytes_received += end - payloadStart;
    this.#deliver(segment);
  }
}
