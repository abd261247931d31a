import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** What can be seen from inside of a container without any right. */
export type Surroundings = {
  /** The text of /etc/hosts. */
  readonly hostsFile: string;
  readonly hostname: string;
  /** From the downward API. */
  readonly podName: string | undefined;
};

/** How kubelet begins the /etc/hosts that it gives to every container. */
const kubeletHosts = /^# Kubernetes-managed hosts file( \(host network\))?\./;
/** Kubelet cuts a pod's name to the length of a host name. */
const maxHostname = 63;

/**
 * Whether this is a pod with a network of its own. A pod with `hostNetwork` is none, nor is a host; and where
 * that cannot be told, it is safer to say no.
 */
export function hasPodNetwork({ hostsFile, hostname, podName }: Surroundings): boolean {
  const [header, hostNetwork] = kubeletHosts.exec(hostsFile) ?? [];
  if (header !== undefined) return hostNetwork === undefined;
  // A container with an /etc/hosts of its own, or podman: a pod has its own name in its own network only.
  return podName?.slice(0, maxHostname).replace(/[-.]+$/, '') === hostname;
}

/** Whether kubelet says that this pod has the host's network. */
export function hasHostNetwork({ hostsFile }: Surroundings): boolean {
  return kubeletHosts.exec(hostsFile)?.[1] !== undefined;
}

export function readSurroundings(podName: string | undefined): Surroundings {
  return { hostsFile: readHostsFile(), hostname: hostname(), podName };
}

function readHostsFile(): string {
  try {
    return readFileSync('/etc/hosts', 'latin1');
  } catch {
    return '';
  }
}
