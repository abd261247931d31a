import type { PacketDirection } from '../capture/frame.ts';

/** TCP flag bits (RFC 9293, section 3.1). */
export const Flag = { fin: 0x01, syn: 0x02, rst: 0x04, ack: 0x10 } as const;

/**
 * One TCP segment, as offsets into the captured bytes. The decoder fills the same object again for every segment and
 * does not own `bytes`: what is to be kept past the call is copied.
 */
export type Segment = {
  readonly bytes: Buffer;
  /** Where the addresses of sender and receiver begin in `bytes`; 4 or 16 bytes each. */
  readonly sourceAddress: number;
  readonly destinationAddress: number;
  readonly addressLength: 4 | 16;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Sequence and acknowledgment number as signed 32-bit integers: compare them by `distance`. */
  readonly sequence: number;
  readonly acknowledgment: number;
  /** Bits of `Flag`. */
  readonly flags: number;
  /** The payload is `bytes[payloadStart, payloadEnd)`. */
  readonly payloadStart: number;
  readonly payloadEnd: number;
  /** Payload bytes that were on the wire behind `payloadEnd` but were truncated by the snap length. */
  readonly truncatedBytes: number;
  /** Microseconds since the epoch. */
  readonly time: number;
  readonly direction: PacketDirection;
};

/** What an RST acknowledges may be made up. */
export function acknowledgmentOf({ flags, acknowledgment }: Segment): number | undefined {
  return (flags & (Flag.ack | Flag.rst)) === Flag.ack ? acknowledgment : undefined;
}

/** Whether it carries bytes, captured or not. */
export function hasPayload({ payloadStart, payloadEnd, truncatedBytes }: Segment): boolean {
  return payloadEnd > payloadStart || truncatedBytes > 0;
}

/** The same segment with bytes of its own: it may be kept. */
export function copyOf(segment: Segment): Segment {
  const { bytes, sourceAddress, destinationAddress, addressLength, payloadStart, payloadEnd } = segment;
  const start = 2 * addressLength;
  const kept = Buffer.allocUnsafeSlow(start + payloadEnd - payloadStart);
  // The addresses stand beside each other, unless a routing header has the final destination.
  bytes.copy(kept, 0, sourceAddress, sourceAddress + addressLength);
  bytes.copy(kept, addressLength, destinationAddress, destinationAddress + addressLength);
  bytes.copy(kept, start, payloadStart, payloadEnd);
  return {
    ...segment,
    bytes: kept,
    sourceAddress: 0,
    destinationAddress: addressLength,
    payloadStart: start,
    payloadEnd: kept.length,
  };
}
