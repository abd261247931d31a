// TCP sends again what the network has lost: the logger sees holes, repeats and disorder, and must see through them.
import assert from 'node:assert/strict';
import type { NetworkNamespace } from '../capture/network-namespace.ts';
import { inside, liveTest, runClient, startServer } from '../tools/namespaces.ts';
import { startCapture } from '../tools/run-logger.ts';

const netem = 'netem delay 1ms 1ms loss 2% reorder 10% 50%';
/** A queue that overflows in every burst: for kernels without netem. */
const shortQueue = 'tbf rate 400mbit burst 10kb limit 15kb';
const serverIp = '10.78.1.1';

/** Puts a bad router between two namespaces. Returns how it loses packets. */
function connectBadly(serving: NetworkNamespace, calling: NetworkNamespace, router: NetworkNamespace): string {
  router.run(['sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
  const ways = [serving, calling].map((namespace, index) => {
    const net = `10.78.${index + 1}`;
    router.ip(`link add port${index} type veth peer name eth0 netns ${namespace.name}`);
    router.ip(`addr add ${net}.254/24 dev port${index}`);
    router.ip(`link set port${index} up`);
    namespace.ip(`addr add ${net}.1/24 dev eth0`);
    // Small packets, so that there are many to lose.
    namespace.ip('link set eth0 gso_max_segs 1 up');
    namespace.ip(`route add default via ${net}.254`);
    return [netem, shortQueue].find((way) => isPossible(router, `qdisc add dev port${index} root ${way}`));
  });
  return ways.join(' and ');
}

function isPossible(namespace: NetworkNamespace, words: string): boolean {
  try {
    namespace.run(['tc', ...words.split(' ')]);
    return true;
  } catch {
    return false;
  }
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
  { namespaces: 3, programs: ['tc'] },
  async (serving, calling, router) => {
    const ways = connectBadly(serving, calling, router);
    await startServer(serving);
    const count = 300;
    const loggers = [
      await startCapture({ IFACE: 'eth0' }, inside(serving)),
      await startCapture({ IFACE: 'eth0' }, inside(calling)),
    ];
    await runClient(calling, 'many', { host: serverIp, count, connections: 8 });
    assert.ok(retransmitted(serving) > 10, `nothing was lost with ${ways}`);
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
