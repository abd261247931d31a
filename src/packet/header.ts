/** What begins at a place in a packet. `ip` is either version. */
export type Header =
  | 'tcp'
  | 'udp'
  | 'icmp'
  | 'icmp_6'
  | 'ip'
  | 'ethernet'
  | 'ether_type'
  | 'loopback'
  | 'linux_cooked'
  | 'linux_cooked_2'
  | 'nflog'
  | 'erspan_1'
  | 'erspan_2'
  | 'erspan_3'
  | 'ppp'
  | Tunnel;

/** What carries a packet inside of another one; what only stands behind one of them is none of its own. */
export type Tunnel =
  | 'ip_in_ip'
  | 'ethernet_in_ip'
  | 'ether_ip'
  | 'gre'
  | 'mpls'
  | 'pppoe'
  | 'vxlan'
  | 'vxlan_gpe'
  | 'geneve'
  | 'gtp_u'
  | 'teredo';

/** Why a header does not lead to a TCP segment. `too_short`: the packet ends, or was truncated, before it is whole. */
export type Stop = 'link_type' | 'not_ip' | 'not_tcp' | 'malformed' | 'too_short' | 'too_deep' | 'fragment';
