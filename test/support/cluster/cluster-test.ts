import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordsOf } from '../program/run-logger.ts';
import type { FlatRecord } from '../record/flat-record.ts';
import type { Families } from './cluster-addresses.ts';
import { type ClusterAccess, ClusterClient } from './cluster-client.ts';

/** What `npm run test:cluster` hands to the tests: the cluster that it has brought up, or why it has none. */
export const clusterVariable = 'TEST_CLUSTER';
type Given = { readonly missing: string } | ({ readonly families: Families } & ClusterAccess);

const given: Given = JSON.parse(
  process.env[clusterVariable] ?? '{ "missing": "no cluster; `npm run test:cluster` brings one up" }',
);
let count = 0;

/**
 * A test in a namespace of a running cluster, which is deleted afterwards. It comes in clusters with these IP versions
 * only; most have no need to run in more than one.
 */
export function clusterTest(
  title: string,
  body: (namespace: ClusterNamespace, t: TestContext) => Promise<void> | void,
  families: readonly Families[] = ['dual'],
): void {
  if ('families' in given && !families.includes(given.families)) return;
  test(title, { skip: 'missing' in given && given.missing, timeout: 600_000 }, async (t) => {
    if ('missing' in given) return;
    count++;
    const namespace = new ClusterNamespace(given, `test-${process.pid}-${count}`);
    t.after(() => namespace.remove());
    await body(namespace, t);
  });
}

/** Waits until something holds, however busy the machine is. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 180_000; !holds(); await sleep(200)) {
    if (Date.now() > deadline) throw new Error(`no ${what}`);
  }
}

export class ClusterNamespace {
  readonly name: string;
  /** For which this namespace is the default one. */
  readonly client: ClusterClient;

  constructor(access: ClusterAccess, name: string) {
    this.name = name;
    const kubeconfig = `${access.kubeconfig}.${name}`;
    const configuration = JSON.parse(readFileSync(access.kubeconfig, 'utf8'));
    configuration.contexts[0].context.namespace = name;
    writeFileSync(kubeconfig, JSON.stringify(configuration));
    this.client = new ClusterClient({ ...access, kubeconfig });
    this.kubectl(['create', 'namespace', name]);
    this.kubectl(['wait', '--for=create', 'serviceaccount/default', '--timeout=60s']);
  }

  kubectl(words: readonly string[], input?: string): string {
    return this.client.kubectl(words, input);
  }

  /** What a shell prints that gets these lines at once, as from the clipboard: a command may swallow what follows. */
  paste(lines: string): string {
    return this.client.execute(['bash', '-es'], `exec 2>&1\n${lines}`);
  }

  apply(...manifests: readonly object[]): void {
    const list = { apiVersion: 'v1', kind: 'List', items: manifests };
    this.kubectl(['apply', '--filename=-'], JSON.stringify(list));
  }

  /** Waits until the pods of a Deployment are ready. */
  rollOut(deployment: string): void {
    this.kubectl(['rollout', 'status', `deployment/${deployment}`, '--timeout=180s']);
  }

  /** Names of the pods of a Deployment, or with another label, that are not about to end. */
  podsOf(value: string, label = 'app'): readonly string[] {
    const template = '{{range .items}}{{if not .metadata.deletionTimestamp}}{{.metadata.name}} {{end}}{{end}}';
    return this.kubectl(['get', 'pods', `--selector=${label}=${value}`, `--output=go-template=${template}`])
      .trim()
      .split(' ');
  }

  /** What a logger has written until now: records on standard output and lines on standard error. */
  logged(pod: string, container = 'http-logger'): { readonly records: readonly FlatRecord[]; readonly lines: string } {
    const lines = this.kubectl(['logs', pod, `--container=${container}`]).split('\n');
    const isRecord = (line: string) => line.startsWith('{');
    return {
      records: recordsOf(
        lines
          .filter(isRecord)
          .map((line) => `${line}\n`)
          .join(''),
      ),
      lines: lines.filter((line) => !isRecord(line)).join('\n'),
    };
  }

  /** A metric of the logger in a pod, all its series together. */
  metric(pod: string, name: string): number {
    const path = `/api/v1/namespaces/${this.name}/pods/${pod}:19464/proxy/metrics`;
    const lines = this.kubectl(['get', '--raw', path]).split('\n');
    const values = lines.filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    assert.ok(values.length > 0, `${pod} has no metric ${name}`);
    return values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  /** What a container uses of its memory limit, bytes, as kubelet counts it: without files that can be read again. */
  workingSet(pod: string, container = 'http-logger'): number {
    const statuses: readonly { readonly name: string; readonly containerID: string }[] = JSON.parse(
      this.kubectl(['get', 'pod', pod, '--output=jsonpath={.status.containerStatuses}']),
    );
    const id = statuses.find(({ name }) => name === container)?.containerID.replace('containerd://', '') ?? '';
    return workingSetOf(id);
  }

  remove(): void {
    this.kubectl(['delete', 'namespace', this.name, '--wait=false']);
  }
}

/** Of the cgroup of a container, version 1 or 2: the last part of its path is the container's id. */
function workingSetOf(id: string): number {
  const words = ['/sys/fs/cgroup', '-path', `*kubepods*/${id}/memory.stat`];
  // It also says so, and fails, where the cgroup of another container has just gone.
  const [path = ''] = spawnSync('find', words, { encoding: 'utf8' }).stdout.split('\n');
  const [usage = ''] = ['memory.usage_in_bytes', 'memory.current']
    .map((name) => join(dirname(path), name))
    .filter((file) => existsSync(file));
  const files = /^(?:total_)?inactive_file (\d+)$/m.exec(readFileSync(path, 'utf8'))?.[1];
  return Number(readFileSync(usage, 'utf8')) - Number(files);
}
