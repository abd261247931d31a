// The files of deploy/: valid for Kubernetes, and of one mind about the sidecar. PodMonitor and ServiceMonitor are not
// checked against a schema: theirs is the Prometheus operator's.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { variables } from '../../src/config/variables.ts';
import { programPath, programsMissing } from '../support/cluster/go-programs.ts';
import { kubeconformMissing, kubernetesVersions, schemaLocation } from '../support/deploy/manifest-tools.ts';

const read = (name: string) => readFileSync(`deploy/${name}`, 'utf8');
const whole = ['configmap.yaml', 'sidecar.yaml', 'native-sidecar.yaml', 'job.yaml', 'service.yaml'];
const sidecars = ['sidecar.yaml', 'native-sidecar.yaml', 'job.yaml'];
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const options = { encoding: 'utf8', stdio: 'pipe' } as const;

/** The lines of the sidecar in a manifest, without comments, quotes and indentation, in the order of the alphabet. */
function sidecarIn(manifest: string): readonly string[] {
  const lines = manifest.split('\n');
  const first = lines.findIndex((line) => /^ *- name: http-logger$/.test(line));
  const indent = lines[first]?.search(/\S/) ?? 0;
  const length = lines.slice(first + 1).findIndex((line) => line.search(/\S/) <= indent);
  return lines
    .slice(first, length < 0 ? undefined : first + 1 + length)
    .map((line) => line.trim().replaceAll('"', ''))
    .filter((line) => line !== '' && !line.startsWith('#'))
    .sort();
}

function checkSchemas(manifests: string): void {
  for (const kubernetes of kubernetesVersions) {
    const words = [
      '-strict',
      '-skip',
      'PodMonitor,ServiceMonitor',
      '-schema-location',
      schemaLocation(kubernetes),
      '-',
    ];
    const { status, stdout } = spawnSync(programPath('kubeconform'), words, { input: manifests, encoding: 'utf8' });
    assert.equal(status, 0, `Kubernetes ${kubernetes}: ${stdout}`);
  }
}

/** The chart with these values; what is no text is told from text as YAML does, unless it is given with an option. */
function helm(...settings: readonly string[]): string {
  const words = ['template', 'logger', 'deploy/chart', '--namespace=demo', '--kube-version=1.37.0'];
  return execFileSync(
    programPath('helm'),
    [...words, ...settings.map((setting) => (setting.startsWith('--') ? setting : `--set=${setting}`))],
    options,
  );
}

const sidecar = sidecarIn(read('sidecar.yaml'));

test('the sidecar is the same in every manifest', () => {
  assert.ok(sidecar.includes('add: [NET_RAW]') && sidecar.length > 40, sidecar.join('\n'));
  assert.deepEqual(sidecarIn(read('kustomize/sidecar-patch.yaml')), sidecar);
  const native = sidecarIn(read('native-sidecar.yaml'));
  assert.deepEqual(sidecarIn(read('job.yaml')), native);
  const added = ['failureThreshold: 60', 'httpGet:', 'path: /readyz', 'periodSeconds: 1', 'port: logger-metrics'];
  assert.deepEqual(native, [...sidecar, ...added, 'restartPolicy: Always', 'startupProbe:'].sort());
});

test('pods get more time to end than the logger takes, and versions are those of the package', () => {
  for (const name of sidecars) {
    assert.match(read(name), /^ +terminationGracePeriodSeconds: 30$/m);
  }
  for (const name of [...sidecars, 'kustomize/sidecar-patch.yaml', 'debug.sh']) {
    assert.match(read(name), new RegExp(`k8s-internal-http-logger:${version.replaceAll('.', '\\.')}\\b`), name);
  }
  assert.match(read('chart/Chart.yaml'), new RegExp(`^version: ${version}\nappVersion: ${version}$`, 'm'));
  assert.match(readFileSync('Dockerfile', 'utf8'), new RegExp(`^ARG VERSION=${version}$`, 'm'));
});

test('the port of the metrics is the default of METRICS_PORT everywhere', () => {
  const port = String(variables.METRICS_PORT.fallback);
  for (const name of [...sidecars, 'kustomize/sidecar-patch.yaml']) {
    assert.deepEqual(
      read(name)
        .match(/- name: logger-metrics\n +containerPort: (\d+)$/m)
        ?.slice(1),
      [port],
      name,
    );
  }
  assert.match(readFileSync('Dockerfile', 'utf8'), new RegExp(`^EXPOSE ${port}$`, 'm'));
  for (const name of ['_sidecar.tpl', 'servicemonitor.yaml']) {
    const defaults = read(`chart/templates/${name}`).matchAll(/METRICS_PORT \| default "(\d+)"/g);
    assert.deepEqual([...new Set([...defaults].map(([, found]) => found))], [port], name);
  }
});

test('the manifests of the README are files of deploy/', () => {
  const blocks = [...readFileSync('README.md', 'utf8').matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text);
  assert.deepEqual(
    blocks.filter((text = '') => /^kind: /m.test(text)),
    [read('configmap.yaml'), read('sidecar.yaml')],
  );
});

test('the component has the ConfigMap of step 1: kustomize reads nothing outside of its folder', () => {
  assert.equal(read('kustomize/configmap.yaml'), read('configmap.yaml'));
});

test('what `kubectl apply -f deploy/` reads are manifests, of objects with names of their own', () => {
  const files = readdirSync('deploy', { withFileTypes: true }).filter((entry) => entry.isFile());
  const manifests = files.map(({ name }) => name).filter((name) => /\.(?:json|ya?ml)$/.test(name));
  assert.deepEqual(manifests.sort(), [...whole].sort());
  const objects = whole.map((name) => {
    const kind = /^kind: (\w+)$/m.exec(read(name))?.[1];
    return `${kind} ${/^metadata:\n {2}name: (\S+)$/m.exec(read(name))?.[1]}`;
  });
  assert.equal(new Set(objects).size, whole.length, String(objects));
});

test('manifests have the schemas of Kubernetes', { skip: kubeconformMissing() }, () => {
  checkSchemas(whole.map(read).join('---\n'));
  // What `kubectl debug` makes a container of.
  const debugging = read('debug/container.yaml').replaceAll(/^/gm, '          ');
  checkSchemas(
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: debugging }\nspec:\n  selector: {}\n  template:\n  ' +
      '  spec:\n' +
      `      containers: []\n      ephemeralContainers:\n        - name: debugger\n${debugging}`,
  );
  const wrong = read('native-sidecar.yaml').replace('failureThreshold', 'failureTreshold');
  assert.throws(() => checkSchemas(wrong), /failureTreshold/);
});

test('the chart: valid, with the same sidecar and the same ConfigMap', {
  skip: kubeconformMissing() || programsMissing('helm'),
}, () => {
  execFileSync(programPath('helm'), ['lint', '--strict', 'deploy/chart'], options);
  const rendered = helm(
    'name=k8s-internal-http-logger',
    'example.enabled=true',
    'secret.data.FLUENTD_SHARED_KEY=secret',
    'monitoring.podMonitor.enabled=true',
    'monitoring.serviceMonitor.enabled=true',
    'monitoring.serviceMonitor.selector.app=shop',
  );
  checkSchemas(rendered);
  for (const kind of ['ConfigMap', 'Deployment', 'PodMonitor', 'Secret', 'Service', 'ServiceMonitor']) {
    assert.match(rendered, new RegExp(`^kind: ${kind}$`, 'm'));
  }
  const isOwn = (line: string) => line !== 'imagePullPolicy: IfNotPresent';
  assert.deepEqual(sidecarIn(rendered).filter(isOwn), sidecar);
  const data = (text: string) => text.match(/^ {2}[A-Z][A-Z_]+: .*$/gm)?.sort();
  assert.deepEqual(data(helm()), data(read('configmap.yaml')));
  const native = helm('name=k8s-internal-http-logger', 'example.enabled=true', 'example.nativeSidecar=true');
  checkSchemas(native);
  assert.deepEqual(sidecarIn(native).filter(isOwn), sidecarIn(read('native-sidecar.yaml')));
  // Without the port there is nobody to ask whether the logger is ready.
  const silent = sidecarIn(
    helm('example.enabled=true', 'example.nativeSidecar=true', '--set-string=config.METRICS_PORT=0'),
  );
  assert.deepEqual(
    silent.filter((line) => /logger-metrics|readyz|Probe/.test(line)),
    [],
  );
});

test('the chart refuses values that it does not know', { skip: programsMissing('helm') }, () => {
  for (const setting of [
    'config.lower=x',
    'imagge.tag=x',
    'config.MAX_CONNECTIONS=5',
    'monitoring.podMonitor.interval=often',
  ]) {
    assert.throws(() => helm(setting), /values don't meet the specifications of the schema/, setting);
  }
});

test('the component adds the sidecar to every Deployment', {
  skip: kubeconformMissing() || programsMissing('kustomize'),
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'kustomize-'));
  try {
    cpSync('deploy/kustomize', join(folder, 'logger'), { recursive: true });
    const application = (name: string) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name} }\nspec:\n  selector: { matchLabels: { ` +
      `app: a } }\n` +
      '  template:\n    metadata: { labels: { app: a } }\n    spec: { containers: [{ name: web, image: nginx }] }\n';
    writeFileSync(join(folder, 'applications.yaml'), `${application('cart')}---\n${application('shop')}`);
    const images = 'images: [{ name: k8s-internal-http-logger, newName: registry.example.com/logger }]';
    writeFileSync(
      join(folder, 'kustomization.yaml'),
      `resources: [applications.yaml]\ncomponents: [logger]\n${images}\n`,
    );
    const built = execFileSync(programPath('kustomize'), ['build', folder], options);
    checkSchemas(built);
    assert.equal(built.match(/image: registry\.example\.com\/logger:/g)?.length, 2);
    assert.equal(built.match(/- NET_RAW$/gm)?.length, 2);
    assert.equal(built.match(/image: nginx$/gm)?.length, 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
