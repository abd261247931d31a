import assert from 'node:assert/strict';
import type { ClusterNamespace } from '../support/cluster/cluster-test.ts';
import { clusterTest } from '../support/cluster/cluster-test.ts';
import { Load, startService } from '../support/cluster/workloads.ts';
import type { FlatRecord } from '../support/record/flat-record.ts';

const count = 200;

/** Records of exchanges of the load, by id. */
function byId(namespace: ClusterNamespace, app: string, direction: string): ReadonlyMap<string, FlatRecord> {
  const records = namespace.podsOf(app).flatMap((pod) => namespace.logged(pod).records);
  const wanted = records.filter((record) => record.direction === direction && /^\/n\/\d+$/.test(record.url ?? ''));
  return new Map(wanted.map((record) => [record.id, record]));
}

/** `front` asks `back` through its Service for each of its own requests. */
function askThrough(namespace: ClusterNamespace, service: string): void {
  const url = `http://front/call?url=http://${service}`;
  const answers = new Load(namespace, 'load', url, { perSecond: 50, count }).finished();
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
}

function expectSameIds(namespace: ClusterNamespace): readonly FlatRecord[] {
  const asked = byId(namespace, 'front', 'outgoing');
  const answered = byId(namespace, 'back', 'incoming');
  assert.equal(asked.size, count);
  assert.deepEqual([...asked.keys()].sort(), [...answered.keys()].sort());
  for (const [id, { url, status }] of asked) {
    const { url: otherUrl, status: otherStatus } = answered.get(id) ?? {};
    assert.deepEqual([otherUrl, otherStatus], [url, status]);
  }
  return [...asked.values(), ...answered.values()];
}

const isIpv6 = ({ client_ip, server_ip }: FlatRecord) => client_ip.includes(':') && server_ip.includes(':');

clusterTest('both ends of an exchange through a Service have the same id, each direction once', (namespace) => {
  startService(namespace, 'back', { replicas: 2 });
  startService(namespace, 'front');
  askThrough(namespace, 'back');
  const records = expectSameIds(namespace);
  assert.ok(!records.some(isIpv6));
});

clusterTest('the same over IPv6 in a cluster with both, through a dual-stack Service', (namespace) => {
  startService(namespace, 'back', { replicas: 2, families: ['IPv6', 'IPv4'] });
  startService(namespace, 'front', { families: ['IPv4', 'IPv6'] });
  const addresses = '--output=jsonpath={.spec.clusterIPs}';
  const [ipv6 = ''] = JSON.parse(namespace.kubectl(['get', 'service', 'back', addresses]));
  askThrough(namespace, `[${ipv6}]`);
  assert.ok(expectSameIds(namespace).every(isIpv6));
});

clusterTest(
  'the same in a cluster that has nothing but IPv6',
  (namespace) => {
    startService(namespace, 'back', { replicas: 2 });
    startService(namespace, 'front', { manifest: 'native-sidecar.yaml' });
    askThrough(namespace, 'back');
    assert.ok(expectSameIds(namespace).every(isIpv6));
  },
  ['ipv6'],
);

clusterTest('frames of other pods, which the bridge floods, are counted and not logged', (namespace) => {
  for (const name of ['back', 'front', 'bystander']) startService(namespace, name);
  const [back = ''] = namespace.podsOf('back');
  const [bystander = ''] = namespace.podsOf('bystander');
  // A bridge that forgets at once where an address is sends everything to everyone.
  namespace.client.execute(['ip', 'link', 'set', 'cni0', 'type', 'bridge', 'ageing_time', '0']);
  try {
    const address = namespace.kubectl(['get', 'pod', back, '--output=jsonpath={.status.podIP}']);
    askThrough(namespace, `${address}:8080`);
  } finally {
    namespace.client.execute(['ip', 'link', 'set', 'cni0', 'type', 'bridge', 'ageing_time', '30000']);
  }
  expectSameIds(namespace);
  const { records, lines } = namespace.logged(bystander);
  assert.deepEqual(
    records.filter(({ url }) => url?.includes('/n/')),
    [],
    lines,
  );
  assert.ok(namespace.metric(bystander, 'http_logger_frames_skipped_other_host_total') >= count);
});
