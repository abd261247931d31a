import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { AdminServer, type AdminServerOptions } from '../../src/metrics/admin-server.ts';
import { OwnTraffic } from '../../src/sink/own-traffic.ts';

async function open(t: TestContext, changes: Partial<AdminServerOptions> = {}): Promise<string> {
  const server = new AdminServer({
    host: '127.0.0.1',
    port: 0,
    metrics: () => [{ name: 'a', type: 'counter', help: 'A.', samples: [{ value: 1 }] }],
    unready: () => undefined,
    ownTraffic: new OwnTraffic(),
    ...changes,
  });
  const port = await server.listen();
  assert.equal(typeof port, 'number', String(port));
  t.after(() => server.close());
  return `http://127.0.0.1:${port}`;
}

test('metrics in the format that is asked for', async (t) => {
  const url = await open(t);
  const plain = await fetch(`${url}/metrics`);
  assert.match(plain.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  assert.equal(await plain.text(), '# HELP a_total A.\n# TYPE a_total counter\na_total 1\n');
  const open2 = await fetch(`${url}/metrics?x=1`, { headers: { accept: 'application/openmetrics-text' } });
  assert.match(open2.headers.get('content-type') ?? '', /^application\/openmetrics-text/);
  assert.match(await open2.text(), /# EOF\n$/);
});

test('healthy as long as it answers, ready as long as there is no reason against it', async (t) => {
  let reason: string | undefined = 'interface eth0 is not captured';
  const url = await open(t, { unready: () => reason });
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  const unready = await fetch(`${url}/readyz`);
  assert.deepEqual([unready.status, await unready.text()], [503, 'interface eth0 is not captured\n']);
  reason = undefined;
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
});

test('anything else is told what there is', async (t) => {
  const url = await open(t);
  assert.equal((await fetch(`${url}/`)).status, 404);
  const posted = await fetch(`${url}/metrics`, { method: 'POST', body: 'x' });
  assert.deepEqual([posted.status, posted.headers.get('allow')], [405, 'GET, HEAD']);
  const head = await fetch(`${url}/metrics`, { method: 'HEAD' });
  assert.deepEqual([head.status, await head.text()], [200, '']);
});

test('every connection is known as ours, also one too many, and every answer carries the mark of ours', async (t) => {
  const ownTraffic = new OwnTraffic();
  const url = await open(t, { ownTraffic });
  const port = Number(new URL(url).port);
  const answer = await fetch(`${url}/healthz`);
  assert.equal(answer.headers.get('x-opaque-id'), ownTraffic.responseMark['x-opaque-id']);
  const sockets = Array.from({ length: 30 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  const ports = await Promise.all(
    sockets.map(async (socket) => {
      if (socket.connecting) await once(socket, 'connect');
      return socket.localPort ?? 0;
    }),
  );
  const areKnown = () => ports.every((clientPort) => ownTraffic.isOwn('127.0.0.1', clientPort, '127.0.0.1', port));
  while (!areKnown()) await new Promise((resolve) => setTimeout(resolve, 5));
});

test('garbage and half requests end their connection only', async (t) => {
  const url = await open(t);
  const { port } = new URL(url);
  for (const bytes of [
    '\0\x16\x03garbage\r\n\r\n',
    `GET / HTTP/1.1\r\n${'x'.repeat(20_000)}`,
    'GET /metrics HTTP/1.1\r\n',
  ]) {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.end(bytes);
    socket.resume();
    await once(socket, 'close');
  }
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});

test('no more connections than a scraper and probes need', async (t) => {
  const url = await open(t);
  const { port } = new URL(url);
  const sockets = Array.from({ length: 40 }, () => connect(Number(port), '127.0.0.1').on('error', () => {}));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  let closed = 0;
  for (const socket of sockets) socket.on('close', () => closed++).resume();
  while (closed < 24) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(closed, 24);
});

test('a port that is taken is a sentence', async (t) => {
  const url = await open(t);
  const { port } = new URL(url);
  const second = new AdminServer({
    host: '127.0.0.1',
    port: Number(port),
    metrics: () => [],
    unready: () => undefined,
    ownTraffic: new OwnTraffic(),
  });
  assert.equal(await second.listen(), `port ${port} is taken by another process`);
});
