/** Opcodes of linux/filter.h, and the pseudo offset at which the packet's EtherType is read. */
export const Bpf = {
  loadWord: 0x20,
  loadHalf: 0x28,
  loadByte: 0x30,
  /** X becomes the length of the IPv4 header at the offset, then is added to the offset of what is loaded. */
  loadXHeaderLength: 0xb1,
  loadHalfPlusX: 0x48,
  loadBytePlusX: 0x50,
  jumpIfEqual: 0x15,
  jumpIfAnyBit: 0x45,
  returnVerdict: 0x06,
} as const;

export const etherType = 0xffff_f000;
export const wholePacket = 0xffff_ffff;

/** Jumps count the instructions that are left out. */
export type Instruction = readonly [code: number, value: number, ifTrue?: number, ifFalse?: number];

/** A classic BPF program, 8 bytes per instruction (`struct sock_filter`): code, jump if true, jump if false, value. */
export function assemble(instructions: readonly Instruction[]): Buffer {
  const program = Buffer.alloc(instructions.length * 8);
  instructions.forEach(([code, value, ifTrue = 0, ifFalse = 0], index) => {
    program.writeUInt16LE(code, index * 8);
    program.writeUInt8(ifTrue, index * 8 + 2);
    program.writeUInt8(ifFalse, index * 8 + 3);
    program.writeUInt32LE(value, index * 8 + 4);
  });
  return program;
}
