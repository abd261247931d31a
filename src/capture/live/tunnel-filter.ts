import { assemble, Bpf, etherType, type Instruction, wholePacket } from './filter-program.ts';
import { limitedFilter, type PacketFilter } from './packet-filter.ts';

const etherTypeIpv4 = 0x0800;
const etherTypeIpv6 = 0x86dd;
const mplsAndPppoe = [0x8847, 0x8848, 0x8864];
/** IP in IP (both versions), GRE, EtherIP, MPLS, and Ethernet behind segment routing. */
const tunnelProtocols = [4, 41, 47, 97, 137, 143];
/** Extension headers of IPv6, behind which a tunnel may be: hop-by-hop, routing, fragment, destination. */
const extensions = [0, 43, 44, 60];
const udp = 17;
/** GTP-U, VXLAN (IANA's port and Linux's own), its Generic Protocol Extension, GENEVE, MPLS. */
const tunnelPorts = [2152, 4789, 8472, 4790, 6081, 6635];
/** Its servers and relays answer from this port, too. */
const teredoPort = 3544;
const fragmentOffsetBits = 0x1fff;

/**
 * Lets tunnels through whatever the filter says, which cannot look inside of them, and leaves everything else to it.
 * Later fragments of datagrams are let through as well: only the first one has a port.
 */
export function withTunnels({ program }: PacketFilter): PacketFilter {
  const datagramInIpv4: readonly Instruction[] = [
    [Bpf.loadHalf, 6], // fragment offset
    [Bpf.jumpIfAnyBit, fragmentOffsetBits, 0, 1],
    [Bpf.returnVerdict, wholePacket],
    [Bpf.loadXHeaderLength, 0],
    [Bpf.loadHalfPlusX, 2], // destination port
    ...letThrough([...tunnelPorts, teredoPort]),
    [Bpf.loadHalfPlusX, 0], // source port
    ...letThrough([teredoPort]),
  ];
  const datagramInIpv6: readonly Instruction[] = [
    [Bpf.loadHalf, 42],
    ...letThrough([...tunnelPorts, teredoPort]),
    [Bpf.loadHalf, 40],
    ...letThrough([teredoPort]),
  ];
  const tunnels: readonly Instruction[] = [
    [Bpf.loadWord, etherType],
    ...letThrough(mplsAndPppoe),
    ...only(etherTypeIpv4, [[Bpf.loadByte, 9], ...letThrough(tunnelProtocols), ...only(udp, datagramInIpv4)]),
    [Bpf.loadWord, etherType],
    ...only(etherTypeIpv6, [
      [Bpf.loadByte, 6],
      ...letThrough([...tunnelProtocols, ...extensions]),
      ...only(udp, datagramInIpv6),
    ]),
  ];
  return limitedFilter(Buffer.concat([assemble(tunnels), program]));
}

/** Accepts the packet if what was loaded is one of the values. */
function letThrough(values: readonly number[]): readonly Instruction[] {
  return values.flatMap((value): readonly Instruction[] => [
    [Bpf.jumpIfEqual, value, 0, 1],
    [Bpf.returnVerdict, wholePacket],
  ]);
}

/** Runs the instructions only if what was loaded is the value. */
function only(value: number, instructions: readonly Instruction[]): readonly Instruction[] {
  return [[Bpf.jumpIfEqual, value, 0, instructions.length], ...instructions];
}
