import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { client, server } from '../capture/namespaces.ts';
import type { NetworkNamespace } from '../capture/network-namespace.ts';
import { recordsOf } from '../program/run-logger.ts';
import type { FlatRecord } from '../record/flat-record.ts';
import { containerLogs, podman } from './containers.ts';
import { applicationImage, image } from './local-image.ts';

let count = 0;

/**
 * Changes manifests only where podman is no kubelet: images are the tests' own, and what only a cluster knows is put
 * in.
 */
function forPodman(manifests: string): string {
  return manifests
    .replaceAll(/^( *(?:- )?image: )k8s-internal-http-logger:\S+$/gm, `$1${image}`)
    .replaceAll(/^( *image: )docker\.io\/library\/nginx:\S+$/gm, `$1${applicationImage}`)
    .replaceAll(/valueFrom:\n +fieldRef:\n +fieldPath: metadata\.namespace$/gm, 'value: demo')
    .replaceAll(/valueFrom:\n +fieldRef:\n +fieldPath: spec\.nodeName$/gm, 'value: node-1')
    .replaceAll(/^ +ports:\n(?: +- name: logger-metrics\n)? +(?:- )?containerPort: \d+\n/gm, '');
}

/**
 * The pod of a Deployment named `shop`, run by podman. Its network has one interface, with the default route, as in a
 * cluster; the other end of the cable is in a namespace of the test.
 */
export class PlayedPod {
  readonly #manifests: string;
  readonly #name: string;

  constructor(manifests: string, outside: NetworkNamespace) {
    if (count === 0) removeAbandoned();
    count++;
    const deployment = `shop-${process.pid}-${count}`;
    this.#name = `${deployment}-pod-0`;
    this.#manifests = forPodman(manifests).replaceAll('name: shop\n', `name: ${deployment}\n`);
    try {
      podman(['kube', 'play', '--start=false', '--network=none', '-'], this.#manifests);
      // The network is there before the containers that use it.
      const infra = podman(['pod', 'inspect', '--format', '{{.InfraContainerID}}', this.#name]).trim();
      podman(['start', infra]);
      connectTo(outside, podman(['container', 'inspect', '--format', '{{.State.Pid}}', infra]).trim());
      podman(['pod', 'start', this.#name]);
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /** What a container is called. */
  #container(name: string): string {
    return `${this.#name}-${name}`;
  }

  /** Waits until the diagnostics of a container say something. */
  async says(name: string, what: RegExp): Promise<string> {
    for (const deadline = Date.now() + 60_000; ; await sleep(200)) {
      const said = this.stderr(name);
      if (what.test(said)) return said;
      if (Date.now() > deadline) throw new Error(`${name} does not say ${what}: ${said}`);
    }
  }

  stderr(name: string): string {
    return containerLogs(this.#container(name)).stderr;
  }

  records(name: string): readonly FlatRecord[] {
    return recordsOf(containerLogs(this.#container(name)).stdout);
  }

  /** The most memory that the processes of a container have used, bytes. */
  peakMemory(name: string): number {
    const status = readFileSync(`/proc/${this.#inspect(name).State.Pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  /** Asks it to end as Kubernetes does, with the time that the manifest gives, and returns how it ended. */
  stop(name: string): { readonly ExitCode: number; readonly OOMKilled: boolean } {
    const grace = /terminationGracePeriodSeconds: (\d+)/.exec(this.#manifests)?.[1] ?? '30';
    podman(['stop', '--time', grace, this.#container(name)]);
    return this.#inspect(name).State;
  }

  remove(): void {
    podman(['pod', 'rm', '--force', '--ignore', '--time', '1', this.#name]);
  }

  #inspect(name: string): {
    readonly State: { readonly Pid: number; readonly ExitCode: number; readonly OOMKilled: boolean };
  } {
    return JSON.parse(podman(['container', 'inspect', this.#container(name)]))[0];
  }
}

/** A test file that is killed cannot remove its pods: the next one does it. */
function removeAbandoned(): void {
  for (const name of podman(['pod', 'ps', '--format', '{{.Name}}']).split('\n')) {
    const [, pid] = /^shop-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) podman(['pod', 'rm', '--force', '--ignore', name]);
  }
}

function connectTo(outside: NetworkNamespace, pid: string): void {
  outside.ip(`link add eth0 type veth peer name eth0 netns ${pid}`);
  outside.ip(`addr add ${client.ipv4}/24 dev eth0`);
  outside.ip('link set eth0 up');
  for (const words of [
    `addr add ${server.ipv4}/24 dev eth0`,
    'link set eth0 up',
    `route add default via ${client.ipv4}`,
  ]) {
    execFileSync('nsenter', ['--target', pid, '--net', 'ip', ...words.split(' ')], { stdio: 'pipe' });
  }
}
