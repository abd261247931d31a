// How meshes send the traffic of a pod through their proxy: their rules, and where their proxy listens and asks.

/** Addresses of the two pods, and of a Service that stands for the second one. */
export const meshAddresses = { pod: '10.77.0.1', peer: '10.77.0.2', service: '10.99.0.5' } as const;
export const applicationPort = 8080;
/** Where a proxy of the second pod takes encrypted requests, and sends them. */
export const peerPorts = { inbound: 15_008, toApplicationPort: 15_001, toTunnelPort: 15_002 } as const;

export type MeshMode = {
  /** As docs/meshes.md calls it. */
  readonly name: string;
  /** Input of iptables-restore. */
  readonly rules: string;
  /** The mark by which the kernel takes packets to any address for the pod's own, and the table for that. */
  readonly localMark?: { readonly mark: string; readonly table: number };
  readonly proxy: object;
  /** Where encrypted requests of other pods go; left out where there are none. */
  readonly securePort?: number;
};

const { pod, peer } = meshAddresses;
const application = { host: pod, port: applicationPort };

/** A listener that asks the second pod's proxy, or its application, where encryption is off. */
const outbound = (port: number) => ({
  port,
  to: { host: peer, port: peerPorts.inbound, secure: true },
  plainTo: { host: peer, port: applicationPort },
});

export const meshModes: readonly MeshMode[] = [
  {
    name: 'Istio, sidecar, REDIRECT',
    rules: `
*mangle
COMMIT
*nat
:ISTIO_INBOUND - [0:0]
:ISTIO_REDIRECT - [0:0]
:ISTIO_IN_REDIRECT - [0:0]
:ISTIO_OUTPUT - [0:0]
-A PREROUTING -p tcp -j ISTIO_INBOUND
-A OUTPUT -p tcp -j ISTIO_OUTPUT
-A ISTIO_INBOUND -p tcp --dport 15008 -j RETURN
-A ISTIO_INBOUND -p tcp --dport 15021 -j RETURN
-A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT
-A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports 15006
-A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001
-A ISTIO_OUTPUT -s 127.0.0.6/32 -o lo -j RETURN
-A ISTIO_OUTPUT ! -d 127.0.0.1/32 -o lo -p tcp ! --dport 15008 -m owner --uid-owner 1337 -j ISTIO_IN_REDIRECT
-A ISTIO_OUTPUT -o lo -m owner ! --uid-owner 1337 -j RETURN
-A ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN
-A ISTIO_OUTPUT -d 127.0.0.1/32 -j RETURN
-A ISTIO_OUTPUT -j ISTIO_REDIRECT
COMMIT
`,
    proxy: {
      user: 1337,
      group: 1337,
      listeners: [{ port: 15_006, to: application, from: '127.0.0.6' }, outbound(15_001)],
    },
    securePort: applicationPort,
  },
  {
    name: 'Istio, sidecar, TPROXY',
    rules: `
*mangle
:ISTIO_DIVERT - [0:0]
:ISTIO_TPROXY - [0:0]
:ISTIO_INBOUND - [0:0]
-A PREROUTING -p tcp -j ISTIO_INBOUND
-A PREROUTING -p tcp -m mark --mark 1337 -j CONNMARK --save-mark
-A OUTPUT -p tcp -o lo -m mark --mark 1337 -j RETURN
-A OUTPUT ! -d 127.0.0.1/32 -p tcp -o lo -m owner --gid-owner 1337 -j MARK --set-mark 1338
-A OUTPUT -p tcp -m connmark --mark 1337 -j CONNMARK --restore-mark
-A ISTIO_INBOUND -p tcp -m mark --mark 1337 -j RETURN
-A ISTIO_INBOUND -p tcp -s 127.0.0.6/32 -i lo -j RETURN
-A ISTIO_INBOUND -p tcp -i lo -m mark ! --mark 1338 -j RETURN
-A ISTIO_INBOUND -p tcp -m conntrack --ctstate RELATED,ESTABLISHED -j ISTIO_DIVERT
-A ISTIO_INBOUND -p tcp -j ISTIO_TPROXY
-A ISTIO_DIVERT -j MARK --set-mark 1337
-A ISTIO_DIVERT -j ACCEPT
-A ISTIO_TPROXY ! -d 127.0.0.1/32 -p tcp -j TPROXY --tproxy-mark 1337/0xffffffff --on-port 15006
COMMIT
*nat
:ISTIO_REDIRECT - [0:0]
:ISTIO_OUTPUT - [0:0]
-A OUTPUT -p tcp -j ISTIO_OUTPUT
-A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001
-A ISTIO_OUTPUT -s 127.0.0.6/32 -o lo -j RETURN
-A ISTIO_OUTPUT -o lo -m owner ! --gid-owner 1337 -j RETURN
-A ISTIO_OUTPUT -m owner --gid-owner 1337 -j RETURN
-A ISTIO_OUTPUT -d 127.0.0.1/32 -j RETURN
-A ISTIO_OUTPUT -j ISTIO_REDIRECT
COMMIT
`,
    localMark: { mark: '1337', table: 133 },
    proxy: {
      group: 1337,
      listeners: [{ port: 15_006, transparent: true, to: application, from: 'client', mark: 1337 }, outbound(15_001)],
    },
    securePort: applicationPort,
  },
  {
    name: 'Istio, ambient',
    rules: `
*mangle
:ISTIO_PRERT - [0:0]
:ISTIO_OUTPUT - [0:0]
-A PREROUTING -j ISTIO_PRERT
-A OUTPUT -j ISTIO_OUTPUT
-A ISTIO_PRERT -m mark --mark 0x539/0xfff -j CONNMARK --set-xmark 0x111/0xfff
-A ISTIO_OUTPUT -m connmark --mark 0x111/0xfff -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff
COMMIT
*nat
:ISTIO_PRERT - [0:0]
:ISTIO_OUTPUT - [0:0]
-A PREROUTING -j ISTIO_PRERT
-A OUTPUT -j ISTIO_OUTPUT
-A ISTIO_PRERT -s 169.254.7.127/32 -p tcp -j ACCEPT
-A ISTIO_PRERT ! -d 127.0.0.1/32 -p tcp ! --dport 15008 -m mark ! --mark 0x539/0xfff -j REDIRECT --to-ports 15006
-A ISTIO_OUTPUT -d 169.254.7.127/32 -p tcp -j ACCEPT
-A ISTIO_OUTPUT -p tcp -m mark --mark 0x111/0xfff -j ACCEPT
-A ISTIO_OUTPUT ! -d 127.0.0.1/32 -o lo -j ACCEPT
-A ISTIO_OUTPUT ! -d 127.0.0.1/32 -p tcp -m mark ! --mark 0x539/0xfff -j REDIRECT --to-ports 15001
COMMIT
`,
    localMark: { mark: '0x111/0xfff', table: 100 },
    proxy: {
      listeners: [
        { port: 15_008, to: application, from: 'client', mark: 0x539 },
        { port: 15_006, to: application, from: 'client', mark: 0x539 },
        { ...outbound(15_001), mark: 0x539 },
      ],
    },
    securePort: peerPorts.inbound,
  },
  {
    name: 'Linkerd',
    rules: `
*mangle
COMMIT
*nat
:PROXY_INIT_REDIRECT - [0:0]
:PROXY_INIT_OUTPUT - [0:0]
-A PREROUTING -j PROXY_INIT_REDIRECT
-A OUTPUT -j PROXY_INIT_OUTPUT
-A PROXY_INIT_REDIRECT -p tcp -m multiport --dports 4190,4191,4567,4568 -j RETURN
-A PROXY_INIT_REDIRECT -p tcp -j REDIRECT --to-ports 4143
-A PROXY_INIT_OUTPUT -m owner --uid-owner 2102 -j RETURN
-A PROXY_INIT_OUTPUT -o lo -j RETURN
-A PROXY_INIT_OUTPUT -p tcp -m multiport --dports 4567,4568 -j RETURN
-A PROXY_INIT_OUTPUT -p tcp -j REDIRECT --to-ports 4140
COMMIT
`,
    proxy: { user: 2102, group: 2102, listeners: [{ port: 4143, to: application }, outbound(4140)] },
    securePort: applicationPort,
  },
  {
    name: 'Consul, transparent proxy',
    rules: `
*mangle
COMMIT
*nat
:CONSUL_PROXY_INBOUND - [0:0]
:CONSUL_PROXY_IN_REDIRECT - [0:0]
:CONSUL_PROXY_OUTPUT - [0:0]
:CONSUL_PROXY_REDIRECT - [0:0]
-A PREROUTING -p tcp -j CONSUL_PROXY_INBOUND
-A OUTPUT -p tcp -j CONSUL_PROXY_OUTPUT
-A CONSUL_PROXY_INBOUND -p tcp -j CONSUL_PROXY_IN_REDIRECT
-A CONSUL_PROXY_IN_REDIRECT -p tcp -j REDIRECT --to-ports 20000
-A CONSUL_PROXY_OUTPUT -m owner --uid-owner 5995 -j RETURN
-A CONSUL_PROXY_OUTPUT -d 127.0.0.1/32 -j RETURN
-A CONSUL_PROXY_OUTPUT -j CONSUL_PROXY_REDIRECT
-A CONSUL_PROXY_REDIRECT -p tcp -j REDIRECT --to-ports 15001
COMMIT
`,
    proxy: {
      user: 5995,
      group: 5995,
      listeners: [{ port: 20_000, to: { host: '127.0.0.1', port: applicationPort } }, outbound(15_001)],
    },
    securePort: applicationPort,
  },
  { name: 'none, or Cilium', rules: '*mangle\nCOMMIT\n*nat\nCOMMIT\n', proxy: { listeners: [] } },
];
