/** Which IP versions the pods and Services of a cluster have. */
export type Families = 'dual' | 'ipv6';

/** Addresses within the cluster's own network namespace; the first family of a list is the main one. */
export type ClusterAddresses = {
  /** Of the node. */
  readonly node: readonly string[];
  /** Where the node sends what is for nobody here; nobody has these addresses. */
  readonly gateways: readonly string[];
  readonly pods: readonly string[];
  readonly services: readonly string[];
  /** Of the Service `kubernetes`, the first one of its network. */
  readonly api: string;
  readonly dns: string;
};

const ipv4 = { node: '10.77.0.1', gateway: '10.77.0.254', pods: '10.244.0.0/16', services: '10.96.0.0/16' } as const;
const ipv6 = { node: 'fd00:77::1', gateway: 'fd00:77::fe', pods: 'fd00:244::/56', services: 'fd00:96::/112' } as const;

export function clusterAddresses(families: Families): ClusterAddresses {
  const both = families === 'dual' ? [ipv4, ipv6] : [ipv6];
  return {
    node: both.map(({ node }) => node),
    gateways: both.map(({ gateway }) => gateway),
    pods: both.map(({ pods }) => pods),
    services: both.map(({ services }) => services),
    ...(families === 'dual' ? { api: '10.96.0.1', dns: '10.96.0.10' } : { api: 'fd00:96::1', dns: 'fd00:96::a' }),
  };
}
