// What containerd, the network plugins, kubelet and kube-proxy of the one node are told, as the files that they read.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterAddresses } from './cluster-addresses.ts';
import type { ControlPlane } from './control-plane.ts';
import { nodeName } from './credentials.ts';

/** Apart from a containerd that the machine may have. The path of a socket must be short. */
export const runtimeFolder = '/run/khl-containerd';
export const runtimeSocket = join(runtimeFolder, 'containerd.sock');
const networkPlugins = '/usr/lib/cni';

/** Writes the files and returns where they are. */
export function writeNodeConfiguration(plane: ControlPlane, pauseImage: string) {
  const folder = join(plane.folder, 'node');
  for (const name of ['cni', 'manifests']) mkdirSync(join(folder, name), { recursive: true });
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  write('cni/10-pods.conflist', JSON.stringify(network(plane.addresses)));
  // Names outside of the cluster are asked of nobody.
  write('resolv.conf', 'nameserver 127.0.0.1\n');
  return {
    containerd: write('containerd.toml', containerd(folder, pauseImage)),
    kubelet: write('kubelet.json', JSON.stringify(kubelet(plane, folder))),
    proxy: write('proxy.json', JSON.stringify(proxy(plane))),
    kubeletFolder: join(folder, 'kubelet'),
  };
}

/** `restrict_oom_score_adj`: root may lack the right to lower it. */
function containerd(folder: string, pauseImage: string): string {
  return `version = 2
root = "${folder}/containerd"
state = "${runtimeFolder}"
[grpc]
  address = "${runtimeSocket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${networkPlugins}"
    conf_dir = "${folder}/cni"
`;
}

/** A bridge that all pods of the node hang on. The first network of 256 (or 2^64) addresses is this node's. */
function network({ pods }: ClusterAddresses): object {
  const subnet = (range: string) => range.replace(/\/16$/, '/24').replace(/\/56$/, '/64');
  const routes = pods.map((range) => ({ dst: range.includes(':') ? '::/0' : '0.0.0.0/0' }));
  const ipam = { type: 'host-local', ranges: pods.map((range) => [{ subnet: subnet(range) }]), routes };
  const bridge = { type: 'bridge', bridge: 'cni0', isGateway: true, ipMasq: false, hairpinMode: true, ipam };
  const ports = { type: 'portmap', capabilities: { portMappings: true } };
  return { cniVersion: '0.4.0', name: 'khl-pods', plugins: [bridge, ports] };
}

function kubelet({ addresses, credentials }: ControlPlane, folder: string): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: credentials.path('ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: credentials.path('kubelet-server.crt'),
    tlsPrivateKeyFile: credentials.path('kubelet-server.key'),
    cgroupDriver: 'cgroupfs',
    containerRuntimeEndpoint: `unix://${runtimeSocket}`,
    clusterDomain: 'cluster.local',
    clusterDNS: [addresses.dns],
    resolvConf: join(folder, 'resolv.conf'),
    failSwapOn: false,
    failCgroupV1: false,
    staticPodPath: join(folder, 'manifests'),
    podLogsDir: join(folder, 'pod-logs'),
    // The machine's memory and disk are others' business.
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
  };
}

/** Limits of connection tracking are the whole machine's: they stay as they are. */
function proxy({ addresses, credentials }: ControlPlane): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    clientConnection: { kubeconfig: credentials.kubeconfig('proxy') },
    clusterCIDR: String(addresses.pods),
    mode: 'iptables',
    hostnameOverride: nodeName,
    conntrack: { maxPerCore: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}
