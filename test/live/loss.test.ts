// TCP sends again what the network has lost: the logger sees holes, repeats and disorder, and must see through them.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { inside, liveTest, runClient, startServer } from '../support/capture/namespaces.ts';
import type { NamespaceProcess, NetworkNamespace } from '../support/capture/network-namespace.ts';
import { startCapture } from '../support/program/run-logger.ts';

const serverIp = '10.78.0.1';
const script = fileURLToPath(new URL('../support/live/lossy-router.ts', import.meta.url));
/**
 * In each direction, of the packets that carry data. The numbers have no common factor: in the end each meets every
 * kind of packet.
 */
const plan = { ports: ['port0', 'port1'], dropEvery: 23, holdEvery: 11, repeatEvery: 17 };

/** What the router did to packets that carried data. */
type Done = { readonly carrying: number; readonly dropped: number; readonly held: number; readonly repeated: number };

/** Puts a bad router between two namespaces. */
async function connectBadly(
  serving: NetworkNamespace,
  calling: NetworkNamespace,
  router: NetworkNamespace,
): Promise<NamespaceProcess> {
  [serving, calling].forEach((namespace, index) => {
    router.ip(`link add port${index} type veth peer name eth0 netns ${namespace.name}`);
    router.ip(`link set port${index} up`);
    namespace.ip(`addr add 10.78.0.${index + 1}/24 dev eth0`);
    // Small packets, so that there are many to lose.
    namespace.ip('link set eth0 gso_max_segs 1 up');
  });
  const started = router.start([process.execPath, '--import', 'tsx', script, JSON.stringify(plan)]);
  await started.event((event) => event.listening === true, 'router');
  return started;
}

async function stop(router: NamespaceProcess): Promise<Done> {
  router.endInput();
  const { done } = (await router.event((event) => 'done' in event, 'account')) as { done?: Done };
  assert.ok(done !== undefined);
  return done;
}

function retransmitted(namespace: NetworkNamespace): number {
  const [names = '', values = ''] = namespace
    .run(['cat', '/proc/net/snmp'])
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'));
  return Number(values.split(' ')[names.split(' ').indexOf('RetransSegs')]);
}

liveTest(
  'packets that are lost on the way and sent again cost no exchange, at both ends',
  { namespaces: 3 },
  async (serving, calling, between) => {
    const router = await connectBadly(serving, calling, between);
    await startServer(serving);
    const count = 300;
    const loggers = [
      await startCapture({ IFACE: 'eth0' }, inside(serving)),
      await startCapture({ IFACE: 'eth0' }, inside(calling)),
    ];
    await runClient(calling, 'many', { host: serverIp, count, connections: 8 });
    const done = await stop(router);
    const again = [serving, calling].map(retransmitted);
    const told = `${JSON.stringify(done)}, sent again: ${again}`;
    assert.ok(Math.min(done.dropped, done.held, done.repeated) > 50 && Math.min(...again) > 10, told);
    for (const logger of loggers) {
      const { records, stderr } = await logger.stop();
      const statuses = new Map(records.map(({ url, method, status }) => [url, `${method} ${status}`]));
      assert.equal(records.length, 2 * count, stderr);
      assert.equal(statuses.size, 2 * count);
      for (const { url = '', method, status, outcome, response_bytes, incomplete } of records) {
        const path = url.split('?')[0] ?? '';
        const expected = path.startsWith('/bytes/') || path === '/text' ? 200 : statusOf[path];
        assert.deepEqual([status, outcome, incomplete], [expected, 'answered', undefined], `${method} ${url}`);
        if (path.startsWith('/bytes/')) assert.equal(response_bytes, Number(path.slice(7)));
      }
      assert.match(stderr, /; no loss until then\n$/);
    }
  },
);

const statusOf: Readonly<Record<string, number>> = { '/missing': 404, '/moved': 301, '/error': 500, '/nothing': 204 };
