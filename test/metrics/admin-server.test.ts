import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { AdminServer, type AdminServerOptions } from '../../src/metrics/admin-server.ts';
import type { Metric } from '../../src/metrics/metric.ts';
import { OwnTraffic } from '../../src/sink/own-traffic.ts';
import { capturedEnds } from '../support/sink/captured-ends.ts';

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
  const areKnown = () =>
    ports.every((clientPort) => ownTraffic.isOwn(capturedEnds('127.0.0.1', clientPort, '127.0.0.1', port)));
  while (!areKnown()) await new Promise((resolve) => setTimeout(resolve, 5));
});

/** A connection that sends something and reads nothing. */
async function silentReader(t: TestContext, url: string, text: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').pause();
  socket.on('error', () => {});
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** More than the buffers of a connection hold. */
const large: Metric = {
  name: 'large',
  type: 'gauge',
  help: '',
  samples: Array.from({ length: 500 }, (_, value) => ({ labels: { text: 'x'.repeat(40_000) }, value })),
};

test('scrapes at one time share one rendering, and HEAD makes none', async (t) => {
  let renderings = 0;
  const metrics = () => [{ name: 'a', type: 'gauge', help: '', samples: [{ value: ++renderings }] } as const];
  const url = await open(t, { metrics });
  assert.equal((await fetch(`${url}/metrics`, { method: 'HEAD' })).status, 200);
  assert.equal(renderings, 0);
  const texts = await Promise.all(Array.from({ length: 10 }, async () => (await fetch(`${url}/metrics`)).text()));
  assert.deepEqual(new Set(texts).size, renderings);
  // On a busy machine a second may have gone by in between.
  assert.ok(renderings <= 2, `${renderings} renderings`);
});

test('a scraper that reads nothing does not keep a probe out, and is let go in the end', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let isAsked = false;
  const metrics = () => {
    isAsked = true;
    return [large];
  };
  const url = await open(t, { metrics });
  const reader = await silentReader(t, url, 'GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n');
  const closed = once(reader, 'close');
  while (!isAsked) await new Promise((resolve) => setImmediate(resolve));
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  t.mock.timers.tick(10_000);
  reader.resume();
  await closed;
  assert.ok(reader.bytesRead < 20_000_000, `${reader.bytesRead} bytes: all of them`);
});

test('who holds connections open without a request does not keep a probe out', async (t) => {
  const url = await open(t);
  for (let count = 0; count < 20; count++) await silentReader(t, url, 'GET /readyz HTTP/1.1\r\nx');
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
});

test('of requests that are sent without waiting for answers only the first is served', async (t) => {
  let asked = 0;
  const url = await open(t, {
    unready: () => {
      asked++;
      return undefined;
    },
  });
  const socket = await silentReader(t, url, 'GET /readyz HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(500));
  const closed = once(socket, 'close');
  socket.resume();
  await closed;
  assert.equal(asked, 1);
});

test('metrics that cannot be put together are an answer, too', async (t) => {
  const url = await open(t, {
    metrics: () => {
      throw new Error('broken');
    },
  });
  assert.equal((await fetch(`${url}/metrics`)).status, 500);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
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
