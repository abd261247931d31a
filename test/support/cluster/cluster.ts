// A whole Kubernetes of one node in a network namespace of its own. Nothing of it reaches the machine's interfaces,
// firewall or containers: containerd has a folder and a socket of its own.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { NetworkNamespace } from '../capture/network-namespace.ts';
import { imageMissing } from '../image/local-image.ts';
import type { Families } from './cluster-addresses.ts';
import { dnsManifest } from './cluster-dns.ts';
import { findProgram, imagePrograms, names, writeImages } from './cluster-images.ts';
import { ControlPlane, controlPlaneMissing } from './control-plane.ts';
import { nodeName } from './credentials.ts';
import { programPath, programsMissing } from './go-programs.ts';
import { runtimeSocket, writeNodeConfiguration } from './node-configuration.ts';
import { ownPods, podsForbidden, removePodRemains, unmountBelow } from './pod-remains.ts';

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
export async function clusterMissing(): Promise<string | false> {
  const absent = debianPrograms.filter((name) => findProgram(name) === undefined);
  if (!existsSync('/usr/lib/cni/bridge')) absent.push('containernetworking-plugins');
  if (absent.length > 0) return `not installed: ${absent.join(', ')}`;
  return controlPlaneMissing() || programsMissing(...clusterPrograms) || imageMissing() || (await podsForbidden());
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
    ownPods();
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
    unmountBelow(this.plane.folder);
    await removePodRemains();
    await this.#namespace.remove();
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
