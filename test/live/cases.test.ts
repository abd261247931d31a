// Exchanges of every kind between two pods, as the server's logger sees them.
import assert from 'node:assert/strict';
import { inside, liveTest, runClient, server, serverPort, startServer } from '../support/capture/namespaces.ts';
import { connect, type NetworkNamespace } from '../support/capture/network-namespace.ts';
import { gzipped } from '../support/live/gzipped.ts';
import { startCapture } from '../support/program/run-logger.ts';
import type { FlatRecord } from '../support/record/flat-record.ts';

type Logged = { readonly records: readonly FlatRecord[]; readonly stderr: string };

/** Runs something of the client's against the server while the server's interface is captured. */
async function logged(
  namespaces: readonly NetworkNamespace[],
  env: Readonly<Record<string, string>>,
  talk: (client: NetworkNamespace) => Promise<unknown>,
): Promise<Logged> {
  const [serving, calling] = namespaces;
  assert.ok(serving !== undefined && calling !== undefined);
  connect(serving, calling);
  await startServer(serving);
  const logger = await startCapture({ IFACE: 'eth0', ...env }, inside(serving));
  await talk(calling);
  const { records, stderr, code } = await logger.stop();
  assert.equal(code, 0, stderr);
  assert.ok(records.every(({ direction }) => direction === 'incoming'));
  return { records, stderr };
}

/** The fields that tell the exchanges of a test apart, absent ones left out. */
function brief({ method, url, status, outcome, session, request_bytes, response_bytes }: FlatRecord): string {
  if (session !== undefined) return [method, url, status, outcome, session].join(' ');
  return [method, url, status ?? '-', outcome, request_bytes, response_bytes ?? '-'].join(' ');
}

const host = server.ipv4;

liveTest('every kind of answer is logged with its status and its sizes', { namespaces: 2 }, async (...namespaces) => {
  const { records } = await logged(namespaces, {}, (client) => runClient(client, 'cases', { host }));
  assert.deepEqual(records.map(brief), [
    'GET /text?n=1 200 answered 0 11',
    'GET /missing 404 answered 0 8',
    'GET /error 500 answered 0 6',
    'GET /moved 301 answered 0 0',
    'GET /unchanged 304 answered 0 0',
    'GET /nothing 204 answered 0 0',
    'HEAD /text 200 answered 0 0',
    'POST /echo 200 answered 100000 100000',
    'PUT /echo?chunked 200 answered 19000 19000',
    'GET /chunked 200 answered 0 5000',
    `GET /gzip 200 answered 0 ${gzipped.length}`,
    'GET /large 200 answered 0 20000000',
    'GET /slow 200 answered 0 7',
  ]);
  const slow = records.at(-1);
  assert.ok(Number(slow?.wait_ms) > 500 && Number(slow?.wait_ms) < 100_000, `${slow?.wait_ms} ms`);
  assert.ok(records.every(({ incomplete }) => incomplete === undefined));
});

liveTest(
  'a request without an answer is a timeout, its late answer its own, and a refused connection nothing',
  { namespaces: 2 },
  async (...namespaces) => {
    const env = { TIMEOUT_AFTER_MS: '1000', TIMEOUT_INTERVAL_CHECK: '200' };
    const { records, stderr } = await logged(namespaces, env, (client) => runClient(client, 'unanswered', { host }));
    assert.deepEqual(records.map(brief), [
      'GET /silent - timeout 0 -',
      'GET /late - timeout 0 -',
      'GET /late 200 answered 0 8',
      'GET /text?after-late 200 answered 0 11',
    ]);
    const late = records.filter(({ path }) => path === '/late');
    assert.deepEqual(
      late.map((record) => record.late),
      [undefined, true],
    );
    assert.equal(new Set(late.map(({ id }) => id)).size, 1);
    assert.match(stderr, /summary: 3 exchanges \(1 answered, 2 timed out\)/);
  },
);

liveTest(
  'a download that the client gives up has its status and ends with the connection',
  { namespaces: 2 },
  async (...namespaces) => {
    const { records } = await logged(namespaces, {}, (client) => runClient(client, 'abort', { host }));
    assert.deepEqual(
      records.map(({ url, status }) => `${url} ${status}`),
      ['/endless?end 200', '/endless?reset 200'],
    );
    for (const { outcome, response_bytes } of records) {
      assert.ok(outcome === 'reset' || outcome === 'closed', outcome);
      assert.ok(Number(response_bytes) >= 100_000);
    }
    assert.equal(records[1]?.outcome, 'reset');
  },
);

liveTest(
  'WebSocket and CONNECT are logged, with their ends, and HTTP that goes through a tunnel',
  { namespaces: 2 },
  async (...namespaces) => {
    const { records, stderr } = await logged(namespaces, {}, (client) => runClient(client, 'tunnels', { host }));
    assert.deepEqual(records.map(brief), [
      'GET /chat 101 answered 0 0',
      // It was agreed to, and something else was spoken.
      'GET /chat 101 closed tunnel',
      'CONNECT shop.example:80 200 answered 0 0',
      'GET /inside-the-tunnel 404 answered 0 8',
      'CONNECT shop.example:80 200 closed tunnel',
      'CONNECT refused.example:80 403 answered 0 3',
    ]);
    assert.match(stderr, /3 connections \(2 tunnels\)/);
  },
);

liveTest('pipelined requests each get their own answer', { namespaces: 2 }, async (...namespaces) => {
  const { records } = await logged(namespaces, {}, (client) => runClient(client, 'pipelined', { host }));
  assert.deepEqual(records.map(brief), [
    'GET /bytes/1?pipelined 200 answered 0 1',
    'GET /missing?pipelined 404 answered 0 8',
    'GET /slow?pipelined 200 answered 0 7',
    'GET /bytes/300000?pipelined 200 answered 0 300000',
    'GET /echo?pipelined 200 answered 0 0',
    'GET /text?pipelined 200 answered 0 11',
    'GET /nothing?pipelined 204 answered 0 0',
  ]);
});

liveTest(
  'a client that asks before it sends its body is logged with the interim answer',
  { namespaces: 2, programs: ['curl'] },
  async (...namespaces) => {
    const body = 'b'.repeat(5000);
    const { records } = await logged(namespaces, {}, async (client) => {
      for (const expectation of ['100-continue', 'miracles']) {
        const expect = `Expect: ${expectation}`;
        client.run(['curl', '-s', '-H', expect, '-d', body, `http://${host}:${serverPort}/echo?${expectation}`]);
      }
    });
    const [accepted, refused, ...others] = records;
    assert.ok(accepted !== undefined && refused !== undefined && others.length === 0);
    assert.equal(brief(accepted), 'POST /echo?100-continue 200 answered 5000 5000');
    assert.deepEqual(accepted.informational, [100]);
    assert.deepEqual([refused.url, refused.status, refused.outcome], ['/echo?miracles', 417, 'answered']);
    assert.equal(refused.informational, undefined);
  },
);

liveTest('encrypted traffic is counted, not logged, and there is a hint', { namespaces: 2 }, async (...namespaces) => {
  const { records, stderr } = await logged(namespaces, {}, (client) =>
    runClient(client, 'encrypted', { host, connections: 3 }),
  );
  assert.deepEqual(records, []);
  assert.match(stderr, /warn {2}no plain HTTP so far, but encrypted traffic \(TLS connections: 3\).*IFACE=lo/);
  assert.match(stderr, /summary: 0 exchanges; 0 records written; .*; 3 connections \(3 TLS\); .*; no loss/);
});

liveTest(
  'what the client sees is what the server sees, but for the direction',
  { namespaces: 2 },
  async (serving, calling) => {
    connect(serving, calling);
    await startServer(serving);
    const loggers = [
      await startCapture({ IFACE: 'eth0' }, inside(serving)),
      await startCapture({ IFACE: 'any' }, inside(calling)),
    ];
    await runClient(calling, 'cases', { host: server.ipv6 });
    const [incoming = [], outgoing = []] = (await Promise.all(loggers.map((logger) => logger.stop()))).map(
      ({ records }) => records,
    );
    const same = (record: FlatRecord) => `${record.id} ${brief(record)}`;
    assert.equal(incoming.length, 13);
    assert.deepEqual(outgoing.map(same), incoming.map(same));
    assert.deepEqual([...new Set(incoming.map(({ direction }) => direction))], ['incoming']);
    assert.deepEqual([...new Set(outgoing.map(({ direction }) => direction))], ['outgoing']);
  },
);
