// A whole Kubernetes of one node in a network namespace of its own. Nothing of it reaches the machine's interfaces,
// firewall or containers: containerd has a folder and a socket of its own.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NetworkNamespace } from '../capture/network-namespace.ts';
import { imageMissing } from '../image/local-image.ts';
import type { Families } from './cluster-addresses.ts';
import { dnsManifest } from './cluster-dns.ts';
import { findProgram, imagePrograms, names, writeImages } from './cluster-images.ts';
import { ControlPlane, controlPlaneMissing } from './control-plane.ts';
import { nodeName } from './credentials.ts';
import { programPath, programsMissing } from './go-programs.ts';
import { runtimeFolder, runtimeSocket, writeNodeConfiguration } from './node-configuration.ts';

export const clusterPrograms = [
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'coredns',
  'helm',
] as const;
const debianPrograms = ['containerd', 'ctr', 'runc', 'iptables', 'conntrack', ...imagePrograms];

/** Why there can be no cluster here, or `false`. */
export function clusterMissing(): string | false {
  const absent = debianPrograms.filter((name) => findProgram(name) === undefined);
  if (!existsSync('/usr/lib/cni/bridge')) absent.push('containernetworking-plugins');
  if (absent.length > 0) return `not installed: ${absent.join(', ')}`;
  if (cgroupsOfPods().length > 0) return 'this machine is a node of a cluster already';
  return controlPlaneMissing() || programsMissing(...clusterPrograms) || imageMissing();
}

export class Cluster {
  readonly plane: ControlPlane;
  readonly #namespace = new NetworkNamespace();

  constructor(families: Families) {
    this.plane = new ControlPlane(this.#namespace, families);
  }

  /** Resolves when pods run and names are found. */
  async start(): Promise<void> {
    const { plane } = this;
    this.#namespace.run(['sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']);
    await plane.start();
    await plane.startControllers();
    const files = writeNodeConfiguration(plane, names.pause);
    plane.run('containerd', ['containerd', '--config', files.containerd]);
    await plane.until('containerd', () => ctr(['version']).status === 0);
    for (const archive of writeImages(plane.folder)) {
      const { status, stderr } = ctr(['images', 'import', archive]);
      if (status !== 0) throw new Error(`no image of ${archive}: ${stderr}`);
      rmSync(archive);
    }
    plane.run('kubelet', [
      programPath('kubelet'),
      `--config=${files.kubelet}`,
      `--kubeconfig=${plane.credentials.kubeconfig('kubelet')}`,
      `--root-dir=${files.kubeletFolder}`,
      `--hostname-override=${nodeName}`,
      `--node-ip=${plane.addresses.node}`,
    ]);
    plane.run('kube-proxy', [programPath('kube-proxy'), `--config=${files.proxy}`]);
    const isReady = ['wait', '--for=condition=Ready', `node/${nodeName}`, '--timeout=1s'];
    await plane.until('node', () => plane.client.try(isReady).status === 0);
    plane.client.kubectl(['apply', '--filename', '-'], dnsManifest(plane.addresses.dns, names.coredns));
    plane.client.kubectl(['--namespace=kube-system', 'rollout', 'status', 'deployment/coredns', '--timeout=120s']);
  }

  /** Ends all that it has started, in this order: what starts things, what was started, what both need. */
  async stop(): Promise<void> {
    await this.plane.stop('kubelet');
    await endContainers();
    await this.plane.stop();
    unmountBelow(runtimeFolder);
    unmountBelow(this.plane.folder);
    for (const name of readdirSync('/run/netns')) {
      if (name.startsWith('cni-') && isEmpty(name)) spawnSync('ip', ['netns', 'delete', name]);
    }
    for (const folder of cgroupsOfPods()) removeCgroups(folder);
    await this.#namespace.remove();
    for (const path of [runtimeFolder, '/var/lib/cni/networks/khl-pods'])
      rmSync(path, { recursive: true, force: true });
  }
}

function ctr(words: readonly string[]) {
  const options = { encoding: 'utf8', timeout: 120_000 } as const;
  return spawnSync('ctr', ['--address', runtimeSocket, '--namespace', 'k8s.io', ...words], options);
}

async function endContainers(): Promise<void> {
  const list = (what: string) => ctr([what, 'list', '--quiet']).stdout.split('\n').filter(Boolean);
  for (const task of list('tasks')) ctr(['tasks', 'kill', '--signal', 'SIGKILL', '--all', task]);
  for (let tries = 0; tries < 50 && list('tasks').length > 0; tries++) {
    for (const task of list('tasks')) ctr(['tasks', 'delete', '--force', task]);
    await sleep(100);
  }
  for (const container of list('containers')) ctr(['containers', 'delete', container]);
}

/** The innermost first. */
function unmountBelow(folder: string): void {
  const mounted = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  for (const path of mounted
    .filter((path) => path.startsWith(`${folder}/`))
    .sort()
    .reverse()) {
    spawnSync('umount', ['--lazy', path]);
  }
}

function isEmpty(namespace: string): boolean {
  return spawnSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' }).stdout.trim() === '';
}

/** Where kubelet keeps the cgroups of pods: one folder for each controller in version 1, one in version 2. */
function cgroupsOfPods(): readonly string[] {
  const roots = ['.', ...readdirSync('/sys/fs/cgroup')].map((name) => join('/sys/fs/cgroup', name, 'kubepods'));
  return roots.filter((path) => existsSync(path));
}

function removeCgroups(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeCgroups(join(folder, entry.name));
  }
  try {
    rmdirSync(folder);
  } catch {
    // Something still runs there; whoever comes next is told that this machine is a node.
  }
}
