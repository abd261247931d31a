import type { Header } from './header.ts';

const headers: ReadonlyMap<number, Header> = new Map<number, Header>([
  [1, 'icmp'],
  [4, 'ip_in_ip'],
  [6, 'tcp'],
  [17, 'udp'],
  [41, 'ip_in_ip'],
  [47, 'gre'],
  [58, 'icmp_6'],
  [97, 'ether_ip'],
  [137, 'mpls'],
  [143, 'ethernet_in_ip'],
]);

/** What a protocol number of IP announces; undefined if it does not lead to a TCP segment. */
export function ipProtocolHeader(protocol: number): Header | undefined {
  return headers.get(protocol);
}
