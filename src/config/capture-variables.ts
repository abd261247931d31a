import { ipAddresses } from './address-kinds.ts';
import { interfaces } from './interface-kind.ts';
import { anyText, boolean, choice } from './kind.ts';
import { byteSize } from './number-kinds.ts';
import { optional, variable } from './variable.ts';

export const captureVariables = {
  IFACE: optional(interfaces, {
    unset:
      'interface of the default route; where there is none, the only one beside loopback that is up; `lo` with ' +
      '`MODE=development`',
    meaning: 'interface(s) to listen on; one that is not there or is down is waited for',
  }),
  CAP_FILTER: variable(anyText('pcap-filter expression, its words in lower case, such as `tcp port 8080`'), {
    default: 'tcp',
    meaning:
      'which packets the kernel hands over; any filter but `tcp` needs libpcap, which also checks its syntax. `tcp` ' +
      'includes the ICMP messages that refuse a connection; others need `or icmp or icmp6` for them',
  }),
  CAP_RING: variable(byteSize('256KiB', '256MiB'), {
    default: '12MiB',
    meaning:
      'capture ring of each interface: packets wait here until they are read; when it is full the kernel drops ' +
      'and counts them',
  }),
  OTHER_HOSTS: variable(boolean, {
    default: 'false',
    meaning:
      'log packets that are addressed to other hosts, too: for mirror ports and the veths of a node. A pod that ' +
      'overhears other pods, because a bridge floods their packets, must not log them',
  }),
  DECAPSULATE: optional(boolean, {
    unset: '`true` with `--read`, else `false`',
    meaning:
      'look into tunnels, up to 8 deep: IP in IP, GRE, ERSPAN, VXLAN, GENEVE, MPLS, PPPoE, GTP-U, Teredo. In live ' +
      'capture they are let through beside what `CAP_FILTER` matches, which never looks inside of them',
  }),
  DRAIN: variable(choice(['auto', 'always', 'never']), {
    default: 'auto',
    meaning:
      'whether the capture goes on after SIGTERM: until no other process of this network namespace listens on ' +
      'TCP or has a connection and no exchange is open, or until there was no exchange for 5 s (those of ' +
      '`IGNORE_URLS` do not count), at the latest 5 s before `SHUTDOWN_GRACE_MS` is over (half of it, if that is ' +
      'less than 10 s). `auto`: in a pod with a network of its own; a second SIGTERM, and Ctrl-C, end it at once',
  }),
  LOCAL_IPS: variable(ipAddresses, {
    default: '',
    meaning: 'addresses of this pod beside those of its interfaces, to tell `incoming` from `outgoing`',
  }),
};
