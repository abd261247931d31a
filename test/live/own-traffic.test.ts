// The logger never logs what it says to its log server, nor what its metrics port is asked, also where addresses are
// translated.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inside, liveTest, serverPort, startServer } from '../support/capture/namespaces.ts';
import { connect, type NamespaceProcess, type NetworkNamespace } from '../support/capture/network-namespace.ts';
import { type RunningLogger, startCapture } from '../support/program/run-logger.ts';

/** The first and the second namespace of `connect`: the logger's, which is a node or a pod, and another pod. */
const here = '10.77.0.1';
const there = '10.77.0.2';
/** What stands in for a Service: it is nowhere but in rules that translate it. */
const service = '10.96.0.10';
const elasticsearchPort = 9200;
const script = fileURLToPath(new URL('../support/live/elasticsearch-child.ts', import.meta.url));

const settings = {
  MODE: 'debug',
  IFACE: 'any',
  BATCH_AGE_MS: '20',
  SEND_LOGS_TO: 'stdout,elasticsearch',
  ELASTICSEARCH_GZIP: 'false',
  ELASTICSEARCH_HOST: service,
};

const rule = ['-t', 'nat', '-A', 'OUTPUT', '-p', 'tcp', '-j', 'REDIRECT', '--to-ports', '1'];
const translationMissing =
  spawnSync('unshare', ['--net', 'iptables', ...rule]).status === 0
    ? false
    : 'iptables is not installed, or addresses cannot be translated here';

async function startElasticsearch(where: NetworkNamespace, host: string): Promise<NamespaceProcess> {
  const options = JSON.stringify({ host, port: elasticsearchPort });
  const started = where.start([process.execPath, '--import', 'tsx', script, options]);
  await started.event((event) => event.listening === true, 'log server');
  return started;
}

/** Makes the Service known in the first namespace: a way to it, and rules for what goes there. */
function translate(where: NetworkNamespace, way: string, ...rules: readonly string[]): void {
  where.ip(`route add ${service} ${way}`);
  for (const rule of rules) where.run(['iptables', '-t', 'nat', ...rule.split(' ')]);
}

/** Requests on one connection, each logged before the next: what the logger sends for it would be logged, too. */
async function talk(where: NetworkNamespace, host: string, logger: RunningLogger): Promise<readonly string[]> {
  const talker = where.start([
    process.execPath,
    '-e',
    `const { Agent, get } = require('node:http');
    const to = { host: '${host}', port: ${serverPort}, agent: new Agent({ keepAlive: true }) };
    process.stdin.on('data', (path) => get({ ...to, path: String(path) }, (answer) => answer.resume()));`,
  ]);
  const paths = Array.from({ length: 10 }, (_, index) => `/text?${index}`);
  for (const path of paths) {
    talker.write(path);
    await logger.until(({ records }) => records.some(({ url }) => url === path), path);
  }
  return paths;
}

const foreignPort = 41_000;

/** What somebody else sends to the log server. */
async function sendForeign(where: NetworkNamespace, host: string, logger: RunningLogger): Promise<string> {
  const path = '/_bulk/foreign';
  const to = JSON.stringify({ host, port: elasticsearchPort, path, localPort: foreignPort, agent: false });
  where.run([process.execPath, '-e', `require('node:http').get(${to}, (answer) => answer.resume())`]);
  await logger.until(({ records }) => records.some(({ url }) => url === path), path);
  return path;
}

/** Ends both, and looks whether exactly these were logged, and all of them sent. */
async function assertLogged(
  logger: RunningLogger,
  elasticsearch: NamespaceProcess,
  urls: readonly string[],
): Promise<void> {
  const { code, records, stderr } = await logger.stop();
  assert.equal(code, 0, stderr);
  // A bridge shows the answers of others once more, under addresses that no request had.
  const known = records.filter(({ url, client_port }) => url !== undefined || client_port !== foreignPort);
  assert.deepEqual(
    known.map(({ url }) => url),
    urls,
  );
  elasticsearch.endInput();
  const { stored } = (await elasticsearch.event((event) => 'stored' in event, 'account')) as {
    stored?: readonly string[];
  };
  const ids = stored?.map((id) => id.replace('-outgoing', ''));
  assert.deepEqual(ids?.toSorted(), records.map(({ id }) => id).toSorted());
}

liveTest(
  'what is sent to Elasticsearch over the captured interface is not logged, all else is',
  { namespaces: 1 },
  async (pod) => {
    await startServer(pod);
    const elasticsearch = await startElasticsearch(pod, '127.0.0.1');
    const env = { ...settings, IFACE: 'lo', ELASTICSEARCH_HOST: '127.0.0.1' };
    const logger = await startCapture(env, inside(pod));
    const paths = await talk(pod, '127.0.0.1', logger);
    const foreign = await sendForeign(pod, '127.0.0.1', logger);
    await assertLogged(logger, elasticsearch, [...paths, foreign]);
    assert.match(logger.stderr, / connections_own_traffic=[1-9]/);
  },
);

const dnat = `-A OUTPUT -d ${service} -p tcp -j DNAT --to-destination ${there}`;

liveTest(
  'what is sent through a Service is not logged, what an application sends from the same port is',
  { namespaces: 2, missing: translationMissing },
  async (node, pod) => {
    connect(node, pod);
    translate(node, `via ${there}`, dnat);
    // Every connection that does not ask for a port of its own gets the same one.
    node.run(['sh', '-c', 'echo 40000 40000 > /proc/sys/net/ipv4/ip_local_port_range']);
    await startServer(pod);
    const elasticsearch = await startElasticsearch(pod, there);
    const logger = await startCapture(settings, inside(node));
    const paths = await talk(node, there, logger);
    const foreign = await sendForeign(node, service, logger);
    assert.ok(logger.records.slice(0, 10).every(({ client_port }) => client_port === 40_000));
    await assertLogged(logger, elasticsearch, [...paths, foreign]);
    assert.match(logger.stderr, / exchanges_own_traffic=[1-9]/);
  },
);

liveTest(
  'what is sent through a Service with masquerading, over a bridge, is not logged',
  { namespaces: 2, missing: translationMissing },
  async (node, pod) => {
    connect(node, pod);
    node.ip('link add br0 type bridge');
    node.ip(`addr del ${here}/24 dev eth0`);
    node.ip('link set eth0 master br0');
    node.ip('link set br0 up');
    node.ip(`addr add ${here}/24 dev br0`);
    node.ip('addr add 10.77.0.9/24 dev br0');
    const snat = `-A POSTROUTING -d ${there} -p tcp --dport ${elasticsearchPort} -j SNAT --to-source 10.77.0.9`;
    // Nothing on the wire is as on the socket.
    translate(node, `via ${there}`, dnat, `${snat} --random-fully`);
    await startServer(pod);
    const elasticsearch = await startElasticsearch(pod, there);
    const logger = await startCapture(settings, inside(node));
    const paths = await talk(node, there, logger);
    const foreign = await sendForeign(node, service, logger);
    await assertLogged(logger, elasticsearch, [...paths, foreign]);
    assert.match(logger.stderr, / exchanges_own_traffic=[1-9]/);
  },
);

liveTest(
  'what is redirected on loopback, as by a mesh, is not logged though each direction has its own addresses',
  { namespaces: 1, missing: translationMissing },
  async (pod) => {
    pod.ip(`addr add ${here}/32 dev lo`);
    translate(pod, `dev lo src ${here}`, `-A OUTPUT -d ${service} -p tcp -j REDIRECT --to-ports ${elasticsearchPort}`);
    await startServer(pod);
    const elasticsearch = await startElasticsearch(pod, '0.0.0.0');
    const logger = await startCapture(settings, inside(pod));
    const paths = await talk(pod, '127.0.0.1', logger);
    const foreign = await sendForeign(pod, '127.0.0.1', logger);
    await assertLogged(logger, elasticsearch, [...paths, foreign]);
  },
);

// Sinks whose servers say nothing that would tell whose connection it is.
const others: readonly (readonly [title: string, env: Readonly<Record<string, string>>, counter: string])[] = [
  ['Logstash over http', { SEND_LOGS_TO: 'stdout,logstash', LOGSTASH_TYPE: 'http' }, 'exchanges_own_traffic'],
  ['Logstash over tcp', { SEND_LOGS_TO: 'stdout,logstash', LOGSTASH_TYPE: 'tcp' }, 'connections_not_http'],
  ['Fluentd', { SEND_LOGS_TO: 'stdout,fluentd', FLUENTD_ACK: 'false' }, 'connections_not_http'],
];

for (const [sink, env, counter] of others) {
  liveTest(
    `what is sent to ${sink} through a Service with masquerading is not logged`,
    { namespaces: 2, missing: translationMissing },
    async (node, pod) => {
      connect(node, pod);
      translate(
        node,
        `via ${there}`,
        dnat,
        `-A POSTROUTING -d ${there} -p tcp --dport 5000 -j MASQUERADE --random-fully`,
      );
      await startServer(pod);
      // Answers what begins like a request of HTTP, and takes everything else.
      const answer = 'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok';
      const taker = pod.start([
        process.execPath,
        '-e',
        `require('node:net').createServer((socket) => socket.on('error', () => {}).on('data', (bytes) => {
          if (String(bytes).startsWith('POST ')) socket.write('${answer}');
        })).listen(5000, () => console.log('{"listening":true}'))`,
      ]);
      await taker.event((event) => event.listening === true, 'log server');
      const to = { LOGSTASH_HOST: service, LOGSTASH_PORT: '5000', FLUENTD_HOST: service, FLUENTD_PORT: '5000' };
      const logger = await startCapture(
        { MODE: 'debug', IFACE: 'any', BATCH_AGE_MS: '20', ...to, ...env },
        inside(node),
      );
      const paths = await talk(node, there, logger);
      const { code, records, stderr } = await logger.stop();
      assert.equal(code, 0, stderr);
      assert.deepEqual(
        records.map(({ url }) => url),
        paths,
      );
      assert.match(stderr, new RegExp(` ${counter}=[1-9]`));
    },
  );
}

liveTest(
  'what the metrics port is asked through a port of the node is not logged',
  { namespaces: 2, missing: translationMissing },
  async (node, pod) => {
    connect(node, pod);
    node.run([
      'iptables',
      '-t',
      'nat',
      ...'-A PREROUTING -p tcp --dport 30964 -j REDIRECT --to-ports 19464'.split(' '),
    ]);
    await startServer(node);
    const logger = await startCapture({ MODE: 'debug', IFACE: 'any', METRICS_HOST: '0.0.0.0' }, inside(node));
    for (const path of ['/metrics', '/healthz', '/nothing']) {
      pod.run([process.execPath, '-e', `fetch('http://${here}:30964${path}').then((answer) => answer.text())`]);
    }
    const paths = await talk(pod, here, logger);
    const { code, records, stderr } = await logger.stop();
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      records.map(({ url }) => url),
      paths,
    );
    assert.match(stderr, / exchanges_own_traffic=[1-9]/);
  },
);
