import { copyBytes } from '../bytes/copy-bytes.ts';
import type { PacketDirection } from '../capture/frame.ts';

/** TCP flag bits (RFC 9293, section 3.1). */
export const Flag = { fin: 0x01, syn: 0x02, rst: 0x04, ack: 0x10 } as const;

/**
 * One TCP segment, as offsets into the captured bytes. The decoder fills the same object again for every segment and does not own
 * `bytes`: whoever wants to keep anything past the call copies it.
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
  /** Payload bytes that were on the wire behind `payloadEnd` but were cut off by the snap length. */
  readonly missingBytes: number;
  /** Microseconds since the epoch. */
  readonly time: number;
  readonly direction: PacketDirection;
};

/** Packets that were made by hand often acknowledge 0; that a real one does is a chance of one in 2^32. An RST need not be believed. */
export function acknowledgmentOf({ flags, acknowledgment }: Segment): number | undefined {
  return (flags & (Flag.ack | Flag.rst)) !== Flag.ack || acknowledgment === 0 ? undefined : acknowledgment;
}

/** The same segment without its payload, with bytes of its own: it may be kept. */
export function withoutPayload(segment: Segment): Segment {
  const { bytes, sourceAddress, destinationAddress, addressLength } = segment;
  const destination = destinationAddress - sourceAddress;
  const end = destination + addressLength;
  return {
    ...segment,
    bytes: copyBytes(bytes, sourceAddress, sourceAddress + end),
    sourceAddress: 0,
    destinationAddress: destination,
    payloadStart: end,
    payloadEnd: end,
    missingBytes: 0,
  };
}
