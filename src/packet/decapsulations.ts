import { behindEtherType } from './ether-type.ts';
import type { Header, Stop, Tunnel } from './header.ts';
import { behindLinuxCooked, behindLinuxCooked2, behindLoopback, behindNflog } from './link.ts';
import type { PacketCursor } from './packet-cursor.ts';
import { behindErspan2, behindErspan3 } from './tunnels/erspan.ts';
import { behindGeneve } from './tunnels/geneve.ts';
import { behindGre } from './tunnels/gre.ts';
import { behindGtpU } from './tunnels/gtp-u.ts';
import { behindMpls } from './tunnels/mpls.ts';
import { behindPpp, behindPppoe } from './tunnels/ppp.ts';
import { behindTeredo } from './tunnels/teredo.ts';
import { behindUdp } from './tunnels/udp.ts';
import { behindVxlan, behindVxlanGpe } from './tunnels/vxlan.ts';
import { behindIcmp, behindIcmp6 } from './unreachable.ts';

/** Moves the cursor behind a header and says what begins there, or why this does not lead to a TCP segment. */
export type Step = (packet: PacketCursor) => Header | Stop;

/** Headers that are passed over in any case, or that only a tunnel leads to. */
export const steps: Readonly<Record<Exclude<Header, Tunnel | 'tcp' | 'ip' | 'ethernet'>, Step>> = {
  ether_type: behindEtherType,
  loopback: behindLoopback,
  linux_cooked: behindLinuxCooked,
  linux_cooked_2: behindLinuxCooked2,
  nflog: behindNflog,
  udp: behindUdp,
  icmp: behindIcmp,
  icmp_6: behindIcmp6,
  erspan_1: () => 'ethernet',
  erspan_2: behindErspan2,
  erspan_3: behindErspan3,
  ppp: behindPpp,
};

/** What is passed over only where tunnels are looked into. */
export const decapsulations: Readonly<Record<Tunnel, Step>> = {
  ip_in_ip: () => 'ip',
  ethernet_in_ip: () => 'ethernet',
  ether_ip: behindEtherIp,
  gre: behindGre,
  mpls: behindMpls,
  pppoe: behindPppoe,
  vxlan: behindVxlan,
  vxlan_gpe: behindVxlanGpe,
  geneve: behindGeneve,
  gtp_u: behindGtpU,
  teredo: behindTeredo,
};

/** RFC 3378: a header of two bytes before the Ethernet frame. */
function behindEtherIp(packet: PacketCursor): Header | Stop {
  packet.at += 2;
  return 'ethernet';
}
