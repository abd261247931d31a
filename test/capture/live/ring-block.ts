// Builds blocks of a TPACKET_V3 ring as the kernel lays them out (linux/if_packet.h), for the tests of its readers.

export type RingPacket = {
  readonly bytes: Buffer;
  readonly protocol?: number;
  readonly packetType?: number;
  readonly hardwareType?: number;
  readonly seconds?: number;
  readonly nanoseconds?: number;
  readonly wireLength?: number;
};

const BLOCK_HEADER = 48;
const PACKET_HEADER = 68;
const DATA_OFFSET = 80;

export function writeBlock(memory: Buffer, block: number, packets: readonly RingPacket[]): void {
  memory.writeUInt32LE(1, block + 8);
  memory.writeUInt32LE(packets.length, block + 12);
  memory.writeUInt32LE(BLOCK_HEADER, block + 16);
  let header = block + BLOCK_HEADER;
  packets.forEach((packet, index) => {
    const length = align(DATA_OFFSET + packet.bytes.length);
    writePacket(memory, header, packet);
    memory.writeUInt32LE(index === packets.length - 1 ? 0 : length, header);
    header += length;
  });
}

export function writePacket(memory: Buffer, header: number, packet: RingPacket): void {
  memory.writeUInt32LE(packet.seconds ?? 1_700_000_000, header + 4);
  memory.writeUInt32LE(packet.nanoseconds ?? 0, header + 8);
  memory.writeUInt32LE(packet.bytes.length, header + 12);
  memory.writeUInt32LE(packet.wireLength ?? packet.bytes.length, header + 16);
  memory.writeUInt16LE(DATA_OFFSET, header + 24);
  memory.writeUInt16LE(DATA_OFFSET, header + 26);
  memory.writeUInt16LE(17, header + 48);
  memory.writeUInt16BE(packet.protocol ?? 0x0800, header + 50);
  memory.writeUInt32LE(1, header + 52);
  memory.writeUInt16LE(packet.hardwareType ?? 1, header + 56);
  memory.writeUInt8(packet.packetType ?? 0, header + 58);
  packet.bytes.copy(memory, header + DATA_OFFSET);
}

/** Room that `packets` take in a block. */
export function blockLength(packets: readonly RingPacket[]): number {
  return packets.reduce((sum, packet) => sum + align(DATA_OFFSET + packet.bytes.length), BLOCK_HEADER);
}

export function ringPacketAt(memory: Buffer, header: number): Buffer {
  return memory.subarray(header + DATA_OFFSET, header + DATA_OFFSET + memory.readUInt32LE(header + 12));
}

function align(length: number): number {
  return Math.max(Math.ceil(length / 8) * 8, PACKET_HEADER);
}
