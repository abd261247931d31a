import { assemble, Bpf, etherType, type Instruction, wholePacket } from './filter-program.ts';
import { compileExpression } from './libpcap.ts';

/**
 * A classic BPF program as the kernel takes it: 8 bytes per instruction (`struct sock_filter`), for packets that begin
 * at the IP header.
 */
export type PacketFilter = { readonly program: Buffer };

/** The filter that is built in and needs no libpcap. */
export const defaultFilter = 'tcp';

/** The most instructions the kernel attaches (BPF_MAXINSNS in linux/bpf_common.h). */
const maxInstructions = 4096;

/**
 * TCP in IPv4 (also its later fragments) and in IPv6, and the ICMP messages that say that it could not be delivered;
 * where an IPv6 extension header comes first, or a VLAN tag is still in front, the packet is let through and sorted out
 * later.
 */
export function tcpFilter(): PacketFilter {
  return {
    program: assemble([
      [Bpf.loadWord, etherType],
      [Bpf.jumpIfEqual, 0x0800, 4, 0], // IPv4
      [Bpf.jumpIfEqual, 0x86dd, 9, 0], // IPv6
      [Bpf.jumpIfEqual, 0x8100, 17, 0], // IEEE 802.1Q
      [Bpf.jumpIfEqual, 0x88a8, 16, 0], // IEEE 802.1ad
      [Bpf.returnVerdict, 0],
      [Bpf.loadByte, 9], // IPv4: protocol
      [Bpf.jumpIfEqual, 6, 13, 0],
      [Bpf.jumpIfEqual, 1, 0, 13], // ICMP
      [Bpf.loadXHeaderLength, 0],
      [Bpf.loadBytePlusX, 0],
      [Bpf.jumpIfEqual, 3, 9, 10], // destination unreachable
      [Bpf.loadByte, 6], // IPv6: next header
      [Bpf.jumpIfEqual, 6, 7, 0],
      [Bpf.jumpIfEqual, 44, 6, 0], // fragment
      [Bpf.jumpIfEqual, 0, 5, 0], // hop-by-hop options
      [Bpf.jumpIfEqual, 43, 4, 0], // routing
      [Bpf.jumpIfEqual, 60, 3, 0], // destination options
      [Bpf.jumpIfEqual, 58, 0, 3], // ICMPv6
      [Bpf.loadByte, 40],
      [Bpf.jumpIfEqual, 1, 0, 1], // destination unreachable
      [Bpf.returnVerdict, wholePacket],
      [Bpf.returnVerdict, 0],
    ]),
  };
}

/** TCP over IPv4 from or to one of a few ports. */
export function portsFilter(ports: readonly number[]): PacketFilter {
  // Jumps count from the instruction after them; the last two refuse and accept.
  const refuse = 7 + 2 * ports.length;
  const anyPort = (first: number) =>
    ports.map((port, index): Instruction => [Bpf.jumpIfEqual, port, refuse - first - index, 0]);
  return {
    program: assemble([
      [Bpf.loadWord, etherType],
      [Bpf.jumpIfEqual, 0x0800, 0, refuse - 2],
      [Bpf.loadByte, 9], // protocol
      [Bpf.jumpIfEqual, 6, 0, refuse - 4],
      [Bpf.loadXHeaderLength, 0],
      [Bpf.loadHalfPlusX, 0], // source port
      ...anyPort(6),
      [Bpf.loadHalfPlusX, 2], // destination port
      ...anyPort(7 + ports.length),
      [Bpf.returnVerdict, 0],
      [Bpf.returnVerdict, wholePacket],
    ]),
  };
}

/** Lets nothing through: how a capture is ended without losing what the kernel already has. */
export function nothingFilter(): PacketFilter {
  return { program: assemble([[Bpf.returnVerdict, 0]]) };
}

/** Throws an Error with one sentence for the operator when libpcap is missing or does not understand the expression. */
export function compileFilter(expression: string): PacketFilter {
  const trimmed = expression.trim();
  if (trimmed === defaultFilter) return tcpFilter();
  return limitedFilter(compileExpression(trimmed));
}

/** Throws an Error with one sentence for the operator when the kernel would not take that many instructions. */
export function limitedFilter(program: Buffer): PacketFilter {
  const instructions = program.length / 8;
  if (instructions > maxInstructions) {
    throw new Error(
      `it compiles to ${instructions} instructions and the kernel takes ${maxInstructions}; make it shorter`,
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
