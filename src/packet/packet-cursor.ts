import { uint8, uint16 } from '../bytes/integers.ts';

/** What the header of a fragment says; `offset` counts bytes from the start of what was cut into fragments. */
export type FragmentHeader = {
  readonly protocol: number;
  readonly identification: number;
  readonly offset: number;
  readonly last: boolean;
};

/** A place in a packet that is taken apart, header by header, and what the headers until there have said. */
export class PacketCursor {
  bytes: Buffer = Buffer.alloc(0);
  /** Where the header begins that is looked at. */
  at = 0;
  /** Where the bytes of the packet end that were captured, and those that were on the wire. */
  end = 0;
  wireEnd = 0;
  /** How many tunnels the packet has led through until here. */
  tunnels = 0;
  /** Whether a message of ICMP has said that what follows could not be delivered. */
  isUndelivered = false;
  /** Where the addresses of the last IP header begin; -1 before the first one. */
  sourceAddress = -1;
  destinationAddress = -1;
  addressLength: 4 | 16 = 4;
  /** Of the last IP packet that is a fragment. */
  fragment: FragmentHeader = { protocol: 0, identification: 0, offset: 0, last: true };

  /** Whether as many bytes from `at` on were captured. */
  has(length: number): boolean {
    return this.at + length <= this.end;
  }

  /** Callers have checked that the byte is there. */
  uint8(offset: number): number {
    return uint8(this.bytes, this.at + offset);
  }

  get hasAddresses(): boolean {
    return this.sourceAddress >= 0;
  }

  /** In network byte order; callers have checked that the bytes are there. */
  uint16(offset: number): number {
    return uint16(this.bytes, this.at + offset);
  }

  /** The packet ends here at the latest, as its header says. */
  limit(wireEnd: number): void {
    this.wireEnd = Math.min(this.wireEnd, wireEnd);
    this.end = Math.min(this.end, wireEnd);
  }
}
