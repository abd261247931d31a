import type { Libc, MappedMemory } from '../../system/libc.ts';
import type { PacketFilter } from './packet-filter.ts';
import { TpacketRing } from './tpacket-ring.ts';

/** Numbers of the Linux headers (sys/socket.h, linux/if_packet.h, linux/if_ether.h). */
const afPacket = 17;
const sockDgram = 2;
const sockNonblock = 0o4000;
const sockCloexec = 0o2000000;
const solSocket = 1;
const soError = { level: solSocket, name: 4 };
const soAttachFilter = { level: solSocket, name: 26 };
const solPacket = 263;
const packetRxRing = { level: solPacket, name: 5 };
const packetStatistics = { level: solPacket, name: 6 };
const packetVersion = { level: solPacket, name: 10 };
const tpacketV3 = 2;
const ethPAll = 3;
const sockaddrLlLength = 20;
/** Only its arithmetic matters with TPACKET_V3: packets of any length are laid one behind the other in a block. */
const frameBytes = 2048;

/** Size of a capture ring; `blockBytes` is a power of two and bounds the largest packet that is captured whole. */
export type RingSize = { readonly blockBytes: number; readonly blockCount: number };

/**
 * 12 MiB for each interface: 120 ms at 100 MB/s (half of that on loopback, where each packet comes twice), longer than
 * a garbage collection and the turns of others on a busy CPU. Blocks of 512 KiB hold even the largest packets that are
 * joined in the kernel (64 KiB, with BIG TCP up to 512 KiB).
 */
export const defaultRing: RingSize = { blockBytes: 512 * 1024, blockCount: 24 };

/**
 * A block is handed over when full, or this long after it was begun: latency at low rates against wake-ups, of which
 * each costs as much as some exchanges, because the rest of the machine has had the caches since the last one.
 */
export const blockTimeoutMs = 200;

/** What a socket captures, and into what. */
export type SocketCapture = { readonly filter: PacketFilter; readonly ring: RingSize };

/** Checks that this process may open packet sockets; throws a SystemCallError (EPERM without NET_RAW) when not. */
export function checkPacketSocket(libc: Libc): void {
  libc.close(openSocket(libc));
}

/** A packet socket with its ring, bound to one interface (index 0: to all). The owner calls `close` once. */
export class PacketSocket {
  readonly ring: TpacketRing;
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #memory: MappedMemory;
  #watch: { close(): void } | undefined;

  /** Throws a SystemCallError: EPERM without NET_RAW, ENODEV when the interface is gone, ENETDOWN when it is down. */
  constructor(libc: Libc, interfaceIndex: number, { filter, ring }: SocketCapture) {
    this.#libc = libc;
    this.#fd = openSocket(libc);
    let memory: MappedMemory | undefined;
    try {
      this.attach(filter);
      libc.setsockopt(this.#fd, packetVersion, words(tpacketV3));
      libc.setsockopt(this.#fd, packetRxRing, ringRequest(ring));
      memory = libc.mmap(ring.blockBytes * ring.blockCount, this.#fd);
      // Until here the socket had no protocol, so that nothing arrived before the filter.
      libc.bind(this.#fd, linkLayerAddress(interfaceIndex));
    } catch (error) {
      memory?.unmap();
      libc.close(this.#fd);
      throw error;
    }
    this.#memory = memory;
    this.ring = new TpacketRing(memory.bytes, ring.blockBytes);
  }

  /** Replaces the filter. A packet that is arriving at this moment may still be judged by the old one. */
  attach(filter: PacketFilter): void {
    // struct sock_fprog: the number of instructions, padding, the address of the first one.
    const program = Buffer.alloc(16);
    program.writeUInt16LE(filter.program.length / 8, 0);
    program.writeBigUInt64LE(this.#libc.addressOf(filter.program), 8);
    this.#libc.setsockopt(this.#fd, soAttachFilter, program);
  }

  /** Calls back in a turn of the event loop of its own, as long as blocks are ready or an error is pending. */
  watch(callback: () => void): void {
    // Straight from libuv's callback, promises and process.nextTick would not run; setImmediate is a proper turn.
    this.#watch = this.#libc.watchReadable(this.#fd, () => setImmediate(callback));
  }

  /** The pending socket error's number, 0 for none; reading it clears it. */
  takeError(): number {
    return this.#libc.getsockopt(this.#fd, soError, 4).readInt32LE();
  }

  /** Packets that found the ring full since the last call (`tp_drops` of `struct tpacket_stats_v3`). */
  takeDrops(): number {
    return this.#libc.getsockopt(this.#fd, packetStatistics, 12).readUInt32LE(4);
  }

  /** After this the ring must not be touched: its memory is gone. */
  close(): void {
    this.#watch?.close();
    this.#memory.unmap();
    this.#libc.close(this.#fd);
  }
}

function openSocket(libc: Libc): number {
  return libc.socket(afPacket, sockDgram | sockCloexec | sockNonblock, 0);
}

/** `struct tpacket_req3`. */
function ringRequest({ blockBytes, blockCount }: RingSize): Buffer {
  const frameCount = (blockBytes / frameBytes) * blockCount;
  return words(blockBytes, blockCount, frameBytes, frameCount, blockTimeoutMs, 0, 0);
}

/** `struct sockaddr_ll` for every protocol on one interface. */
function linkLayerAddress(interfaceIndex: number): Buffer {
  const address = Buffer.alloc(sockaddrLlLength);
  address.writeUInt16LE(afPacket, 0);
  address.writeUInt16BE(ethPAll, 2);
  address.writeInt32LE(interfaceIndex, 4);
  return address;
}

function words(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    buffer.writeUInt32LE(value, index * 4);
  });
  return buffer;
}
