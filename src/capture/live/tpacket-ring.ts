import { kernelUint32 } from '../../bytes/integers.ts';

/** `struct tpacket_block_desc` and `struct tpacket3_hdr` of linux/if_packet.h. */
const BLOCK_STATUS = 8;
const BLOCK_PACKETS = 12;
const BLOCK_FIRST_PACKET = 16;
const BLOCK_HEADER_LENGTH = 48;
const NEXT_PACKET = 0;
/** A packet's tpacket3_hdr with the sockaddr_ll behind it. */
export const PACKET_HEADER_LENGTH = 68;

const STATUS_KERNEL = 0;
const STATUS_USER = 1;

/** Takes the packet whose header (PACKET_HEADER_LENGTH bytes, always readable) is at `header`; nothing of it may lie beyond `limit`. */
export type PacketTaker = (bytes: Buffer, header: number, limit: number) => void;

/** Reads the blocks of a TPACKET_V3 ring in place and in order. `memory` belongs to the kernel except for blocks marked ready. */
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
      const status = (this.#next + BLOCK_STATUS) >>> 2;
      // Atomic, so that no read of the block moves before this one or behind the store below on processors that reorder.
      if ((Atomics.load(this.#words, status) & STATUS_USER) === 0) break;
      try {
        walkBlock(this.#memory, this.#next, this.#blockBytes, take);
      } finally {
        Atomics.store(this.#words, status, STATUS_KERNEL);
        this.#next += this.#blockBytes;
        if (this.#next >= this.#memory.length) this.#next = 0;
        drained += 1;
      }
    }
    return drained;
  }
}

/** Goes through a block's packets; an offset that cannot be right ends the walk. */
export function walkBlock(bytes: Buffer, block: number, blockBytes: number, take: PacketTaker): void {
  const limit = block + blockBytes;
  const first = kernelUint32(bytes, block + BLOCK_FIRST_PACKET);
  if (first < BLOCK_HEADER_LENGTH) return;
  let header = block + first;
  for (let left = kernelUint32(bytes, block + BLOCK_PACKETS); left > 0; left -= 1) {
    if (header + PACKET_HEADER_LENGTH > limit) return;
    take(bytes, header, limit);
    const step = kernelUint32(bytes, header + NEXT_PACKET);
    if (step < PACKET_HEADER_LENGTH) return;
    header += step;
  }
}
