import assert from 'node:assert/strict';
import { clusterTest, until } from '../support/cluster/cluster-test.ts';
import { Load, startService } from '../support/cluster/workloads.ts';

clusterTest('after SIGTERM a pod with a preStop hook serves on, and nothing of that is missed', async (namespace) => {
  startService(namespace, 'shop', { replicas: 2, preStopSeconds: 5 });
  const [victim = ''] = namespace.podsOf('shop');
  const follow = namespace.client.start(['kubectl', 'logs', victim, '--container=http-logger', '--follow']);
  let written = '';
  follow.stdout.setEncoding('utf8').on('data', (text) => {
    written += text;
  });
  const ended = new Promise((resolve) => follow.once('close', resolve));
  const load = new Load(namespace, 'load', 'http://shop', { perSecond: 100, count: 1500 }).started();
  // It has a share of the requests.
  await until('records of the load', () => written.split('"/n/').length > 50);
  namespace.kubectl(['delete', 'pod', victim, '--wait=false']);
  const answers = load.finished();
  await ended;
  const lines = written.split('\n').filter((line) => !line.startsWith('{'));
  const records = written
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  const served = answers.filter(({ pod, status }) => pod === victim && status === 200).map(({ path }) => path);
  const logged = new Set(records.filter(({ status }) => status === 200).map(({ url }) => url));
  assert.deepEqual(
    served.filter((path) => !logged.has(path)),
    [],
    lines.join('\n'),
  );
  const signalled = lines.find((line) => line.includes('SIGTERM: the capture goes on'))?.split(' ')[0] ?? 'never';
  assert.ok(
    records.filter(({ time }) => time > signalled).length > 10,
    `SIGTERM: ${signalled}; ${served.length} served`,
  );
  assert.match(lines.join('\n'), /summary: .* no loss until then/);
});
