import { compileExpression } from './libpcap.ts';

/** A classic BPF program as the kernel takes it: 8 bytes per instruction (`struct sock_filter`), for packets that begin at the IP header. */
export type PacketFilter = { readonly program: Buffer };

/** The filter that is built in and needs no libpcap. */
export const DEFAULT_FILTER = 'tcp';

/** The most instructions the kernel attaches (BPF_MAXINSNS in linux/bpf_common.h). */
const MAX_INSTRUCTIONS = 4096;

/** Opcodes of linux/filter.h, and the pseudo offset at which the packet's EtherType is read. */
const LOAD_WORD = 0x20;
const LOAD_BYTE = 0x30;
/** X becomes the length of the IPv4 header at the offset, then is added to the offset of what is loaded. */
const LOAD_X_HEADER_LENGTH = 0xb1;
const LOAD_HALF_PLUS_X = 0x48;
const JUMP_IF_EQUAL = 0x15;
const RETURN = 0x06;
const ETHER_TYPE = 0xffff_f000;
const WHOLE_PACKET = 0xffff_ffff;

type Instruction = readonly [code: number, value: number, ifTrue?: number, ifFalse?: number];

/**
 * TCP in IPv4 (also its later fragments) and in IPv6; where an IPv6 extension header comes first, or a VLAN tag is still in front, the
 * packet is let through and sorted out later.
 */
export function tcpFilter(): PacketFilter {
  return assemble([
    [LOAD_WORD, ETHER_TYPE],
    [JUMP_IF_EQUAL, 0x0800, 4, 0], // IPv4
    [JUMP_IF_EQUAL, 0x86dd, 5, 0], // IPv6
    [JUMP_IF_EQUAL, 0x8100, 10, 0], // IEEE 802.1Q
    [JUMP_IF_EQUAL, 0x88a8, 9, 0], // IEEE 802.1ad
    [RETURN, 0],
    [LOAD_BYTE, 9], // IPv4: protocol
    [JUMP_IF_EQUAL, 6, 6, 7],
    [LOAD_BYTE, 6], // IPv6: next header
    [JUMP_IF_EQUAL, 6, 4, 0],
    [JUMP_IF_EQUAL, 44, 3, 0], // fragment
    [JUMP_IF_EQUAL, 0, 2, 0], // hop-by-hop options
    [JUMP_IF_EQUAL, 43, 1, 0], // routing
    [JUMP_IF_EQUAL, 60, 0, 1], // destination options
    [RETURN, WHOLE_PACKET],
    [RETURN, 0],
  ]);
}

/** TCP over IPv4 from or to one of a few ports. */
export function portsFilter(ports: readonly number[]): PacketFilter {
  // Jumps count from the instruction after them; the last two refuse and accept.
  const refuse = 7 + 2 * ports.length;
  const anyPort = (first: number) =>
    ports.map((port, index): Instruction => [JUMP_IF_EQUAL, port, refuse - first - index, 0]);
  return assemble([
    [LOAD_WORD, ETHER_TYPE],
    [JUMP_IF_EQUAL, 0x0800, 0, refuse - 2],
    [LOAD_BYTE, 9], // protocol
    [JUMP_IF_EQUAL, 6, 0, refuse - 4],
    [LOAD_X_HEADER_LENGTH, 0],
    [LOAD_HALF_PLUS_X, 0], // source port
    ...anyPort(6),
    [LOAD_HALF_PLUS_X, 2], // destination port
    ...anyPort(7 + ports.length),
    [RETURN, 0],
    [RETURN, WHOLE_PACKET],
  ]);
}

/** Lets nothing through: how a capture is ended without losing what the kernel already has. */
export function nothingFilter(): PacketFilter {
  return assemble([[RETURN, 0]]);
}

/** Throws an Error with one sentence for the operator when libpcap is missing or does not understand the expression. */
export function compileFilter(expression: string): PacketFilter {
  const trimmed = expression.trim();
  if (trimmed === DEFAULT_FILTER) return tcpFilter();
  const program = compileExpression(trimmed);
  const instructions = program.length / 8;
  if (instructions > MAX_INSTRUCTIONS) {
    throw new Error(
      `it compiles to ${instructions} instructions and the kernel takes ${MAX_INSTRUCTIONS}; make it shorter`,
    );
  }
  return { program };
}

/** What is wrong with an expression, as a clause, or `undefined`. */
export async function checkFilter(expression: string): Promise<string | undefined> {
  try {
    compileFilter(expression);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** `struct sock_filter`: code, jump if true, jump if false, value. */
function assemble(instructions: readonly Instruction[]): PacketFilter {
  const program = Buffer.alloc(instructions.length * 8);
  instructions.forEach(([code, value, ifTrue = 0, ifFalse = 0], index) => {
    program.writeUInt16LE(code, index * 8);
    program.writeUInt8(ifTrue, index * 8 + 2);
    program.writeUInt8(ifFalse, index * 8 + 3);
    program.writeUInt32LE(value, index * 8 + 4);
  });
  return { program };
}
