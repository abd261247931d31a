// etcd and kube-apiserver in a network namespace of the tests: enough for whatever only stores and checks objects. With
// controllers, also what makes pods of Deployments and gives them to nodes.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type NetworkNamespace, namespacesMissing } from '../capture/network-namespace.ts';
import { type ClusterAddresses, clusterAddresses, type Families } from './cluster-addresses.ts';
import { type ClusterAccess, ClusterClient } from './cluster-client.ts';
import { ClusterProcess } from './cluster-process.ts';
import { Credentials, opensslMissing } from './credentials.ts';
import { programPath, programsMissing } from './go-programs.ts';

/** Why there can be no control plane here, or `false`. */
export function controlPlaneMissing(): string | false {
  return namespacesMissing || opensslMissing || programsMissing('etcd', 'kube-apiserver', 'kubectl');
}

export class ControlPlane {
  readonly namespace: NetworkNamespace;
  readonly addresses: ClusterAddresses;
  readonly credentials: Credentials;
  /** For what its components write; goes away with the namespace. */
  readonly folder: string;
  readonly client: ClusterClient;
  readonly #processes = new Map<string, ClusterProcess>();

  constructor(namespace: NetworkNamespace, families: Families = 'dual') {
    this.namespace = namespace;
    this.addresses = clusterAddresses(families);
    this.folder = namespace.makeFolder();
    this.credentials = new Credentials(join(this.folder, 'credentials'), this.addresses);
    this.client = new ClusterClient(this.access);
    addNodeInterface(namespace, this.addresses);
  }

  get access(): ClusterAccess {
    return { networkNamespace: this.namespace.name, kubeconfig: this.credentials.kubeconfig('admin') };
  }

  /** Resolves when the API answers. */
  async start(): Promise<void> {
    const etcd = 'http://127.0.0.1:2379';
    const peer = 'http://127.0.0.1:2380';
    this.run('etcd', [
      programPath('etcd'),
      `--data-dir=${this.folder}/etcd`,
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      '--log-level=warn',
      '--unsafe-no-fsync',
    ]);
    const key = (name: string) => this.credentials.path(name);
    this.run('kube-apiserver', [
      programPath('kube-apiserver'),
      `--etcd-servers=${etcd}`,
      `--advertise-address=${this.addresses.node[0]}`,
      `--bind-address=::`,
      `--tls-cert-file=${key('apiserver.crt')}`,
      `--tls-private-key-file=${key('apiserver.key')}`,
      `--client-ca-file=${key('ca.crt')}`,
      `--kubelet-client-certificate=${key('apiserver-kubelet.crt')}`,
      `--kubelet-client-key=${key('apiserver-kubelet.key')}`,
      `--kubelet-certificate-authority=${key('ca.crt')}`,
      '--kubelet-preferred-address-types=InternalIP',
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `--service-account-key-file=${key('service-accounts.pub')}`,
      `--service-account-signing-key-file=${key('service-accounts.key')}`,
      `--service-cluster-ip-range=${this.addresses.services}`,
      '--authorization-mode=Node,RBAC',
      '--enable-admission-plugins=NodeRestriction',
      '--allow-privileged',
    ]);
    await this.until('API', () => this.client.try(['get', '--raw', '/readyz']).status === 0);
  }

  /** What `start` leaves out: without them nothing happens to what is stored. */
  async startControllers(): Promise<void> {
    const { credentials, addresses } = this;
    this.run('kube-controller-manager', [
      programPath('kube-controller-manager'),
      `--kubeconfig=${credentials.kubeconfig('controller-manager')}`,
      '--leader-elect=false',
      '--allocate-node-cidrs',
      `--cluster-cidr=${addresses.pods}`,
      `--service-cluster-ip-range=${addresses.services}`,
      `--root-ca-file=${credentials.path('ca.crt')}`,
      `--service-account-private-key-file=${credentials.path('service-accounts.key')}`,
      '--use-service-account-credentials',
    ]);
    const scheduler = credentials.kubeconfig('scheduler');
    this.run('kube-scheduler', [programPath('kube-scheduler'), `--kubeconfig=${scheduler}`, '--leader-elect=false']);
    await this.until('service account', () => this.client.try(['get', 'serviceaccount', 'default']).status === 0);
  }

  /** Starts another component in the cluster's network. */
  run(name: string, command: readonly string[]): void {
    const logs = join(this.folder, 'logs');
    mkdirSync(logs, { recursive: true });
    const started = new ClusterProcess(this.namespace, join(logs, `${name}.log`), command);
    this.#processes.set(name, started);
  }

  /** Waits until something holds, unless a component ends before. */
  async until(what: string, holds: () => boolean): Promise<void> {
    for (const deadline = Date.now() + 180_000; !holds(); await sleep(200)) {
      for (const started of this.#processes.values()) started.check();
      if (Date.now() > deadline) throw new Error(`not ready: ${what}; see ${this.folder}/logs`);
    }
  }

  /** Ends one component, or without a name all of them, the last one first. */
  async stop(name?: string): Promise<void> {
    for (const [key, started] of [...this.#processes].reverse()) {
      if (name !== undefined && key !== name) continue;
      this.#processes.delete(key);
      await started.stop();
    }
  }
}

/** The node's interface: a cable with both ends here, so that nothing reaches the machine's own interfaces. */
function addNodeInterface(namespace: NetworkNamespace, { node, gateways }: ClusterAddresses): void {
  namespace.ip('link add node0 type veth peer name node1');
  namespace.ip('link set node0 up');
  namespace.ip('link set node1 up');
  for (const address of node) {
    namespace.ip(address.includes(':') ? `addr add ${address}/64 dev node0 nodad` : `addr add ${address}/24 dev node0`);
  }
  for (const gateway of gateways) namespace.ip(`route add default via ${gateway} dev node0`);
}
