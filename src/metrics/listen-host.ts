const loopback = '127.0.0.1';

/**
 * The host to listen on: what METRICS_HOST says; else all addresses of a pod (`undefined`), for kubelet and Prometheus,
 * and loopback where other addresses would be those of a node.
 */
export function listenHost(chosen: string | undefined, isPodNetwork: boolean): string | undefined {
  return chosen ?? (isPodNetwork ? undefined : loopback);
}
