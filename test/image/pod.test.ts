// The pods of deploy/, run by podman with the manifests' own limits and rights, and talked to from outside.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { client, server } from '../support/capture/namespaces.ts';
import { makeNamespaces, type NetworkNamespace, namespacesMissing } from '../support/capture/network-namespace.ts';
import { imageMissing } from '../support/image/local-image.ts';
import { PlayedPod } from '../support/image/played-pod.ts';
import { Prometheus, prometheusMissing } from '../support/image/prometheus.ts';

const skip = namespacesMissing || imageMissing();
const configMap = readFileSync('deploy/configmap.yaml', 'utf8');
const sidecar = readFileSync('deploy/sidecar.yaml', 'utf8');
const logger = 'http-logger';
const count = 5000;

/** What users of the predecessor have: its ConfigMap, and its sidecar but for the image. */
const predecessor = `
apiVersion: v1
kind: ConfigMap
metadata:
  name: k8s-pod2pod-log-configmap
data:
  FLUENTHOST: ${client.ipv4}
  FLUENTPORT: "24224"
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  template:
    spec:
      containers:
        - name: shop
          image: docker.io/library/nginx:1.28-alpine
        - image: k8s-internal-http-logger:0.1.0
          name: k8s-pod2pod-log
          envFrom:
            - configMapRef:
                name: k8s-pod2pod-log-configmap
`;

/** A test with a network for the clients and servers of its pods. */
function podTest(title: string, body: (t: TestContext, outside: NetworkNamespace) => Promise<void>): void {
  test(title, { skip, timeout: 300_000 }, async (t) => {
    const [outside] = makeNamespaces(t, 1);
    assert.ok(outside !== undefined);
    await body(t, outside);
  });
}

/** A pod that is gone when the test is over. */
function playPod(t: TestContext, manifests: string, outside: NetworkNamespace): PlayedPod {
  const pod = new PlayedPod(manifests, outside);
  t.after(() => pod.remove());
  return pod;
}

async function load(outside: NetworkNamespace, settings: { readonly count: number; readonly perSecond: number }) {
  const script = fileURLToPath(new URL('../support/image/load.ts', import.meta.url));
  const words = JSON.stringify({ host: server.ipv4, port: 80, ...settings });
  const run = outside.start([process.execPath, '--import', 'tsx', script, words]);
  assert.equal(await run.exited, 0, run.errors);
}

podTest(
  'sidecar.yaml under load: every exchange is logged, memory is within its limit, SIGTERM loses nothing',
  async (t, outside) => {
    const pod = playPod(t, `${configMap}---\n${sidecar}`, outside);
    await pod.says(logger, /capturing packets that match `tcp` on eth0 \(the default route\); records go to stdout/);
    await load(outside, { count, perSecond: 500 });
    const peak = pod.peakMemory(logger);
    t.diagnostic(`peak RSS at 500/s: ${Math.round(peak / 1e6)} MB`);
    // At once, while the last packets are still in the ring.
    const { ExitCode, OOMKilled } = pod.stop(logger);
    assert.deepEqual([ExitCode, OOMKilled], [0, false], pod.stderr(logger));
    const records = pod.records(logger);
    assert.deepEqual(
      new Set(records.map(({ url }) => url)),
      new Set(Array.from({ length: count }, (_, index) => `/prices/${index}`)),
    );
    assert.equal(records.length, count);
    for (const { status, outcome, direction, namespace, node, pod: name } of records) {
      assert.deepEqual([status, outcome, direction, namespace, node], [200, 'answered', 'incoming', 'demo', 'node-1']);
      assert.match(name ?? '', /^shop-/);
    }
    assert.match(pod.stderr(logger), new RegExp(`summary: ${count} exchanges .*no loss`));
    assert.ok(peak < 192 * 1024 * 1024, `${peak} bytes`);
  },
);

podTest('a Prometheus scrapes the sidecar, and its scrapes are not logged', async (t, outside) => {
  if (prometheusMissing) return t.skip(prometheusMissing);
  const prometheus = new Prometheus(outside, `${server.ipv4}:19464`);
  const pod = playPod(t, `${configMap}---\n${sidecar}`, outside);
  await pod.says(logger, /capturing/);
  await load(outside, { count: 100, perSecond: 200 });
  const requests =
    'http_server_request_duration_seconds_count{http_response_status_code="200",http_route="/prices/{id}"}';
  await prometheus.expect(requests, 100);
  await prometheus.expect('http_logger_sink_records_delivered_total{sink="stdout"}', 100);
  await prometheus.expect('count(ALERTS) or vector(0)', 0);
  pod.stop(logger);
  assert.equal(pod.records(logger).length, 100);
});

podTest("the predecessor's ConfigMap and sidecar work with another image", async (t, outside) => {
  const ids = join(outside.makeFolder(), 'ids');
  const script = fileURLToPath(new URL('../support/sink/forward-server-child.ts', import.meta.url));
  outside.start([process.execPath, '--import', 'tsx', script, ids, '24224', '0.0.0.0']);
  const pod = playPod(t, predecessor, outside);
  await pod.says('k8s-pod2pod-log', /records go to fluentd/);
  await load(outside, { count: 500, perSecond: 500 });
  assert.equal(pod.stop('k8s-pod2pod-log').ExitCode, 0, pod.stderr('k8s-pod2pod-log'));
  assert.equal(new Set(readFileSync(ids, 'utf8').trim().split('\n')).size, 500);
});

podTest('without NET_RAW: one clear line for each start, and the application goes on', async (t, outside) => {
  const manifests = sidecar.replace(/^ +add: \["NET_RAW"\]\n/m, '');
  assert.notEqual(manifests, sidecar);
  const pod = playPod(t, `${configMap}---\n${manifests}`, outside);
  const said = await pod.says(logger, /\n/);
  // Started again and again, it says the same each time.
  for (const line of said.trimEnd().split('\n')) {
    assert.match(line, / error capturing needs the NET_RAW capability, .*securityContext\.capabilities\.add/);
  }
  await load(outside, { count: 10, perSecond: 100 });
});
