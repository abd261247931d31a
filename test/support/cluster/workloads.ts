// What tests run in a cluster: services with the sidecar of deploy/, and what asks them.

import { names } from './cluster-images.ts';
import type { ClusterNamespace } from './cluster-test.ts';

type Container = {
  readonly name: string;
  readonly env: readonly object[];
  readonly resources: { readonly limits: object };
};
type PodSpec = { readonly initContainers?: readonly Container[]; readonly containers: readonly Container[] };
type Manifest = { readonly spec: { readonly template: { readonly spec: PodSpec } } };

export type ServiceOptions = {
  /** The manifest that the sidecar is taken from. */
  readonly manifest?: 'sidecar.yaml' | 'native-sidecar.yaml';
  readonly replicas?: number;
  /** Added to the variables of the sidecar. */
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: { readonly cpu: string; readonly memory: string };
  /** Of the application; how many seconds its preStop hook sleeps. */
  readonly preStopSeconds?: number;
  /** Of the Service. */
  readonly families?: readonly ('IPv4' | 'IPv6')[];
};

/**
 * A Deployment of test/support/cluster/pods/service.mjs with the sidecar, and the Service of the same name on port 80.
 * Waits until its pods are ready.
 */
export function startService(namespace: ClusterNamespace, name: string, options: ServiceOptions = {}): void {
  const { replicas = 1, families, preStopSeconds } = options;
  const { initContainers, containers, rest } = withSidecar(namespace, options);
  const application = {
    name: 'application',
    image: names.pods,
    args: ['/service.mjs'],
    ports: [{ containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
    ...(preStopSeconds === undefined ? {} : { lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } } }),
  };
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: { ...rest, initContainers, containers: [application, ...containers] },
  };
  const ports = [{ port: 80, targetPort: 8080 }];
  const ipFamilies = families && {
    ipFamilies: families,
    ipFamilyPolicy: families.length > 1 ? 'RequireDualStack' : 'SingleStack',
  };
  namespace.apply(
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: { replicas, selector: { matchLabels: labels }, template },
    },
    { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: labels, ports, ...ipFamilies } },
  );
  namespace.rollOut(name);
}

/** A pod with a native sidecar that runs a script of node to its end. */
export function startErrand(namespace: ClusterNamespace, name: string, script: string): void {
  const { initContainers, rest } = withSidecar(namespace, { manifest: 'native-sidecar.yaml' });
  const errand = { name: 'errand', image: names.pods, args: ['-e', script] };
  const spec = { ...rest, restartPolicy: 'Never', initContainers, containers: [errand] };
  namespace.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec });
}

/** What a manifest of deploy/ gives to a pod, without its application; and the ConfigMap, which is applied. */
function withSidecar(namespace: ClusterNamespace, options: ServiceOptions) {
  const { manifest = 'sidecar.yaml' } = options;
  namespace.kubectl(['apply', '--filename=deploy/configmap.yaml']);
  const given: Manifest = JSON.parse(
    namespace.kubectl(['create', '--dry-run=client', '--output=json', `--filename=deploy/${manifest}`]),
  );
  const { initContainers = [], containers, ...rest } = given.spec.template.spec;
  const sidecars = (all: readonly Container[]) =>
    all.filter(({ name }) => name === 'http-logger').map((container) => changed(container, options));
  return { initContainers: sidecars(initContainers), containers: sidecars(containers), rest };
}

function changed(container: Container, { env = {}, limits }: ServiceOptions): object {
  const added = Object.entries(env).map(([name, value]) => ({ name, value }));
  const resources = limits === undefined ? container.resources : { requests: limits, limits };
  return { ...container, env: [...container.env, ...added], resources };
}

/** What came of one request of test/support/cluster/pods/load.mjs. */
export type Answer = { readonly path: string; readonly status?: number; readonly pod?: string };

/** A pod that asks `count` times, `perSecond` times a second. */
export class Load {
  readonly #namespace: ClusterNamespace;
  readonly #name: string;

  constructor(namespace: ClusterNamespace, name: string, url: string, settings: { perSecond: number; count: number }) {
    this.#namespace = namespace;
    this.#name = name;
    const args = ['/load.mjs', url, String(settings.perSecond), String(settings.count)];
    const spec = { restartPolicy: 'Never', containers: [{ name: 'load', image: names.pods, args }] };
    namespace.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec });
  }

  /** Waits until it has begun to ask. */
  started(): this {
    this.#namespace.kubectl(['wait', '--for=jsonpath={.status.phase}=Running', `pod/${this.#name}`, '--timeout=180s']);
    return this;
  }

  get hasFinished(): boolean {
    return this.#namespace.kubectl(['get', 'pod', this.#name, '--output=jsonpath={.status.phase}']) === 'Succeeded';
  }

  /** Waits until it has asked everything. */
  finished(): readonly Answer[] {
    const phase = '--for=jsonpath={.status.phase}=Succeeded';
    this.#namespace.kubectl(['wait', phase, `pod/${this.#name}`, '--timeout=280s']);
    const lines = this.#namespace.kubectl(['logs', this.#name]).trim().split('\n');
    return lines.map((line): Answer => JSON.parse(line));
  }
}
