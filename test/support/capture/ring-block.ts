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

const blockHeader = 48;
const packetHeader = 68;
const dataOffset = 80;

export function writeBlock(memory: Buffer, block: number, packets: readonly RingPacket[]): void {
  memory.writeUInt32LE(1, block + 8);
  memory.writeUInt32LE(packets.length, block + 12);
  memory.writeUInt32LE(blockHeader, block + 16);
  let header = block + blockHeader;
  packets.forEach((packet, index) => {
    const length = align(dataOffset + packet.bytes.length);
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
  memory.writeUInt16LE(dataOffset, header + 24);
  memory.writeUInt16LE(dataOffset, header + 26);
  memory.writeUInt16LE(17, header + 48);
  memory.writeUInt16BE(packet.protocol ?? 0x0800, header + 50);
  memory.writeUInt32LE(1, header + 52);
  memory.writeUInt16LE(packet.hardwareType ?? 1, header + 56);
  memory.writeUInt8(packet.packetType ?? 0, header + 58);
  packet.bytes.copy(memory, header + dataOffset);
}

/** Room that `packets` take in a block. */
export function blockLength(packets: readonly RingPacket[]): number {
  return packets.reduce((sum, packet) => sum + align(dataOffset + packet.bytes.length), blockHeader);
}

export function ringPacketAt(memory: Buffer, header: number): Buffer {
  return memory.subarray(header + dataOffset, header + dataOffset + memory.readUInt32LE(header + 12));
}

function align(length: number): number {
  return Math.max(Math.ceil(length / 8) * 8, packetHeader);
}
