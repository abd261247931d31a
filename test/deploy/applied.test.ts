// Everything in deploy/, given to a real API server of Kubernetes, which checks and stores it: no node, no operators.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeNamespaces } from '../support/capture/network-namespace.ts';
import { ControlPlane, controlPlaneMissing } from '../support/cluster/control-plane.ts';
import { programPath, programsMissing } from '../support/cluster/go-programs.ts';
import { helmCommand } from '../support/deploy/documented-commands.ts';

const page = 'docs/kubernetes.md';
const skip = controlPlaneMissing() || programsMissing('helm', 'kustomize');

async function startControlPlane(t: TestContext): Promise<ControlPlane> {
  const [namespace] = makeNamespaces(t, 1);
  assert.ok(namespace !== undefined);
  const plane = new ControlPlane(namespace);
  t.after(() => plane.stop());
  await plane.start();
  return plane;
}

test('a real API server takes everything in deploy/', { skip, timeout: 600_000 }, async (t) => {
  const { client, folder } = await startControlPlane(t);
  const inNamespace = (name: string) => {
    client.kubectl(['create', 'namespace', name]);
    // The work of a controller, which is not here; without it no pod is made.
    client.kubectl(['--namespace', name, 'create', 'serviceaccount', 'default']);
    return (words: readonly string[], input?: string) => client.kubectl(['--namespace', name, ...words], input);
  };

  await t.test('`kubectl apply -f deploy/` creates each object, and changes nothing the second time', () => {
    const kubectl = inNamespace('all');
    assert.match(kubectl(['apply', '--filename', 'deploy/']), /^(?:\S+ created\n){5}$/);
    assert.match(kubectl(['apply', '--filename', 'deploy/']), /^(?:\S+ unchanged\n){5}$/);
  });

  await t.test('the server refuses a field that it does not know, so it has looked at all fields', () => {
    const wrong = readFileSync('deploy/native-sidecar.yaml', 'utf8').replace('failureThreshold', 'failureTreshold');
    const { stderr } = client.try(['apply', '--server-side', '--validate=strict', '--filename', '-'], wrong);
    assert.match(stderr, /failureTreshold/);
  });

  await t.test('the documented helm command works after step 1, without operators, twice, and can be undone', () => {
    const kubectl = inNamespace('demo');
    kubectl(['apply', '--filename', 'deploy/configmap.yaml']);
    kubectl(['create', 'secret', 'generic', 'k8s-internal-http-logger', '--from-literal=FLUENTD_SHARED_KEY=x']);
    assert.match(client.execute([...helmCommand(), '--set=secret.data.FLUENTD_SHARED_KEY=y']), /STATUS: deployed/);
    client.execute([
      'helm',
      'upgrade',
      'http-logger',
      'deploy/chart',
      '--namespace=demo',
      '--set=example.enabled=true',
    ]);
    assert.match(kubectl(['get', 'deployment', '--output=name']), /http-logger-example/);
    client.execute(['helm', 'install', 'another', 'deploy/chart', '--namespace=demo', '--set=example.enabled=true']);
    client.execute(['helm', 'uninstall', 'another', '--namespace=demo']);
    client.execute(['helm', 'uninstall', 'http-logger', '--namespace=demo']);
    assert.match(
      kubectl(['get', 'configmap,secret', '--output=name']),
      /configmap\/k8s-internal-http-logger\nsecret\//,
    );
  });

  await t.test('with the operator of Prometheus there are monitors; without it helm says what is missing', () => {
    inNamespace('monitored');
    const monitors = ['--set=monitoring.podMonitor.enabled=true', '--set=monitoring.serviceMonitor.enabled=true'];
    const install = ['helm', 'install', 'http-logger', 'deploy/chart', '--namespace=monitored', ...monitors];
    const command = [...install, '--set=monitoring.serviceMonitor.selector.app=shop'];
    assert.throws(
      () => client.execute(command),
      /no matches for kind "PodMonitor" .*\n?.*ensure CRDs are installed first/,
    );
    client.kubectl(['apply', '--filename', '-'], ['PodMonitor', 'ServiceMonitor'].map(definition).join('---\n'));
    client.kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s']);
    client.execute(command);
    const made = client.kubectl(['get', 'podmonitors,servicemonitors', '--namespace=monitored', '--output=name']);
    assert.match(made, /podmonitor\S+\/http-logger\nservicemonitor\S+\/http-logger\n/);
  });

  await t.test("a chart of one's own has this one's sidecar, with its values", () => {
    inNamespace('own');
    const chart = ownChart(join(folder, 'own'));
    const command = ['helm', 'install', 'shop', chart, '--namespace=own'];
    client.execute([...command, '--set=k8s-internal-http-logger.image.repository=registry.example.com/logger']);
    const containers = '--output=jsonpath={.spec.template.spec.containers[1]}';
    const { image, envFrom } = JSON.parse(client.kubectl(['--namespace=own', 'get', 'deployment', 'own', containers]));
    assert.equal(image, 'registry.example.com/logger:0.1.0');
    assert.equal(envFrom[0].configMapRef.name, 'shop-http-logger');
  });

  await t.test('the component of kustomize gives Deployments the sidecar', () => {
    const kubectl = inNamespace('kustomized');
    const kustomized = join(folder, 'kustomization');
    cpSync('deploy/kustomize', `${kustomized}-logger`, { recursive: true });
    mkdirSync(kustomized);
    const cart = { containers: [{ name: 'cart', image: 'cart:1' }] };
    writeFileSync(join(kustomized, 'deployment.yaml'), JSON.stringify(deployment('cart', cart)));
    const kustomization = { resources: ['deployment.yaml'], components: ['../kustomization-logger'] };
    writeFileSync(join(kustomized, 'kustomization.yaml'), JSON.stringify(kustomization));
    kubectl(
      ['apply', '--filename', '-'],
      execFileSync(programPath('kustomize'), ['build', kustomized], { encoding: 'utf8' }),
    );
    const names = '--output=jsonpath={.spec.template.spec.containers[*].name}';
    assert.deepEqual(kubectl(['get', 'deployment', 'cart', names]).split(' ').sort(), ['cart', 'http-logger']);
  });

  await t.test('`kubectl debug` takes the container of debug.sh', () => {
    const kubectl = inNamespace('debugged');
    kubectl(['run', 'shop', '--image=shop:1']);
    const custom = ['--profile=general', '--custom=deploy/debug/container.yaml', '--image=logger:1', '--attach=false'];
    kubectl(['debug', 'shop', '--stdin', '--container=look', '--env=FORCE_COLOR=1', ...custom, '--', '--pretty']);
    const output = '--output=jsonpath={.spec.ephemeralContainers[0]}';
    const { env, securityContext, stdin, stdinOnce, tty } = JSON.parse(kubectl(['get', 'pod', 'shop', output]));
    assert.deepEqual([stdin, stdinOnce, tty], [true, true, undefined]);
    assert.deepEqual(securityContext.capabilities, { add: ['NET_RAW'], drop: ['ALL'] });
    assert.deepEqual(env.map(({ name }: { name: string }) => name).sort(), [
      'FORCE_COLOR',
      'IFACE',
      'METRICS_PORT',
      'STDIN_TIMEOUT_S',
    ]);
  });

  await t.test('Pod Security refuses the sidecar at the level baseline, and takes the variant in the docs', () => {
    const kubectl = inNamespace('baseline');
    client.kubectl(['label', 'namespace', 'baseline', 'pod-security.kubernetes.io/enforce=baseline']);
    const [drop] = /drop: \[AUDIT_WRITE.*\]/.exec(readFileSync(page, 'utf8')) ?? [];
    assert.ok(drop !== undefined);
    const sidecar = readFileSync('deploy/sidecar.yaml', 'utf8');
    const variant = sidecar.replace(/drop: \["ALL"\]\n +add: \["NET_RAW"\]/, drop);
    const pod = (text: string) => {
      const { spec } = JSON.parse(kubectl(['create', '--dry-run=client', '--output=json', '--filename', '-'], text));
      return JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'shop' }, spec: spec.template.spec });
    };
    assert.throws(
      () => kubectl(['create', '--dry-run=server', '--filename', '-'], pod(sidecar)),
      /violates PodSecurity "baseline/,
    );
    kubectl(['create', '--dry-run=server', '--filename', '-'], pod(variant));
  });
});

/** A chart with a Deployment, and with ours inside of it, as the docs say. */
function ownChart(folder: string): string {
  const [include] = /\{\{ include "k8s-internal-http-logger\.sidecar" .*?\}\}/.exec(readFileSync(page, 'utf8')) ?? [];
  assert.ok(include !== undefined);
  mkdirSync(join(folder, 'templates'), { recursive: true });
  cpSync('deploy/chart', join(folder, 'charts', 'k8s-internal-http-logger'), { recursive: true });
  writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: own\nversion: 1.0.0\n');
  const manifest = JSON.stringify(deployment('own', { containers: ['CONTAINERS'] }));
  const containers = `{{ include "own.containers" . | fromYamlArray | toJson }}`;
  const define = `{{- define "own.containers" }}\n- name: own\n  image: own:1\n${include}\n{{- end }}\n`;
  writeFileSync(join(folder, 'templates', 'own.yaml'), define + manifest.replace('["CONTAINERS"]', containers));
  return folder;
}

/** Stands for what the operator of Prometheus brings: a kind with any fields. */
function definition(kind: string): string {
  const plural = `${kind.toLowerCase()}s`;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return `${JSON.stringify({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.monitoring.coreos.com` },
    spec: {
      group: 'monitoring.coreos.com',
      names: { kind, plural, singular: kind.toLowerCase() },
      scope: 'Namespaced',
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  })}\n`;
}

function deployment(name: string, spec: object): object {
  const metadata = { labels: { app: name } };
  const selector = { matchLabels: { app: name } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { selector, template: { metadata, spec } },
  };
}
