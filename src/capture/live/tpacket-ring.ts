import { kernelUint32 } from '../../bytes/integers.ts';

/** `struct tpacket_block_desc` and `struct tpacket3_hdr` of linux/if_packet.h. */
const blockStatus = 8;
const blockPackets = 12;
const blockFirstPacket = 16;
const blockHeaderLength = 48;
const nextPacket = 0;
/** A packet's tpacket3_hdr with the sockaddr_ll behind it. */
export const packetHeaderLength = 68;

const statusKernel = 0;
const statusUser = 1;

/** Where a block lies in the ring. */
export type Block = { readonly start: number; readonly end: number };

/**
 * Takes the packet whose header (`packetHeaderLength` bytes, always readable) is at `header`; nothing of it may lie
 * beyond `limit`.
 */
export type PacketTaker = (bytes: Buffer, header: number, limit: number) => void;

/**
 * Reads the blocks of a TPACKET_V3 ring in place and in order. `memory` belongs to the kernel except for blocks marked
 * ready.
 */
export class TpacketRing {
  readonly #memory: Buffer;
  readonly #blockBytes: number;
  /** The block headers' status words, which kernel and reader use to hand a block to each other. */
  readonly #words: Uint32Array;
  #next = 0;

  constructor(memory: Buffer, blockBytes: number) {
    this.#memory = memory;
    this.#blockBytes = blockBytes;
    this.#words = new Uint32Array(memory.buffer, memory.byteOffset, memory.length >>> 2);
  }

  /** Takes at most `limit` ready blocks and gives each back to the kernel; returns how many there were. */
  drain(limit: number, take: PacketTaker): number {
    let drained = 0;
    while (drained < limit) {
      const status = (this.#next + blockStatus) >>> 2;
      // Atomic, so that no read of the block moves before this one or behind the store below on processors that
      // reorder.
      if ((Atomics.load(this.#words, status) & statusUser) === 0) break;
      try {
        walkBlock(this.#memory, { start: this.#next, end: this.#next + this.#blockBytes }, take);
      } finally {
        Atomics.store(this.#words, status, statusKernel);
        this.#next += this.#blockBytes;
        if (this.#next >= this.#memory.length) this.#next = 0;
        drained++;
      }
    }
    return drained;
  }
}

/** Goes through a block's packets; an offset that cannot be right ends the walk. */
export function walkBlock(bytes: Buffer, { start, end }: Block, take: PacketTaker): void {
  const first = kernelUint32(bytes, start + blockFirstPacket);
  if (first < blockHeaderLength) return;
  let header = start + first;
  for (let left = kernelUint32(bytes, start + blockPackets); left > 0; left--) {
    if (header + packetHeaderLength > end) return;
    take(bytes, header, end);
    const step = kernelUint32(bytes, header + nextPacket);
    if (step < packetHeaderLength) return;
    header += step;
  }
}
