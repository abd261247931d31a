import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpClient, retryAfter } from '../../../src/sink/client/http-client.ts';
import { OwnTraffic } from '../../../src/sink/own-traffic.ts';

type OnRequest = (socket: Socket, request: string) => unknown;

/** A client, and a server that does this with the socket for each request. */
async function open(t: TestContext, onRequest: OnRequest, timeoutMs = 60_000) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => void onRequest(socket, bytes.toString()));
    t.after(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const client = new HttpClient({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`,
    headers: { 'x-always': 'yes' },
    tls: { ca: undefined, cert: undefined, key: undefined, verify: true },
    timeoutMs,
    ownTraffic: new OwnTraffic(),
  });
  t.after(() => client.close());
  return client;
}

const get = { method: 'GET', path: '/' } as const;

test('an answer that comes byte by byte is read whole', async (t) => {
  const text = 'HTTP/1.1 201 Created\r\nContent-Length: 5\r\nRetry-After: 3\r\n\r\nhello';
  const client = await open(t, async (socket) => {
    for (const letter of text) {
      socket.write(letter);
      await sleep(1);
    }
  });
  const { baseUrl } = client;
  const expected = { kind: 'answer', baseUrl, status: 201, text: 'hello', retryAfterMs: 3000, location: undefined };
  const { hide, ...answer } = { hide: undefined, ...(await client.request(get)) };
  assert.deepEqual(answer, expected);
  assert.equal(hide?.('hello'), 'hello');
});

test('path, headers and body are sent as given', async (t) => {
  let seen = '';
  const client = await open(t, (socket, request) => {
    seen += request;
    if (seen.endsWith('body')) socket.write('HTTP/1.1 204 No Content\r\n\r\n');
  });
  await client.request({ method: 'PUT', path: '/a?b=c', headers: { 'x-once': 'too' }, body: 'body' });
  assert.match(
    seen,
    /^PUT \/base\/a\?b=c HTTP\/1\.1\r\nx-opaque-id: kubernetes-internal-http-logger-[-0-9a-f]{36}\r\n/,
  );
  assert.match(seen, /x-always: yes\r\nx-once: too\r\ncontent-length: 4\r\n/);
});

test('the time is for the whole request, however slowly something comes', async (t) => {
  const client = await open(
    t,
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
      const drip = setInterval(() => socket.write('x'), 10);
      socket.on('close', () => clearInterval(drip));
    },
    150,
  );
  const result = await client.request(get);
  const reason = `${client.baseUrl}: no answer within 150 ms`;
  assert.deepEqual(result, { kind: 'failed', reason, isMisconfigured: false });
});

test('what is not HTTP, and what never ends, is a failure', async (t) => {
  const garbage = await open(t, (socket) => socket.write('220 mail.example.org ESMTP\r\n'));
  const said = await garbage.request(get);
  assert.match(said.kind === 'failed' ? said.reason : '', /Parse Error/);
  const endless = await open(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    const more = () => {
      while (!socket.destroyed && socket.write(Buffer.alloc(65_536)));
    };
    socket.on('drain', more);
    more();
  });
  const result = await endless.request(get);
  assert.deepEqual(result, {
    kind: 'failed',
    reason: `${endless.baseUrl}: its answer is longer than 16777216 bytes`,
    isMisconfigured: false,
  });
});

test('a server that hangs up on every request is a failure, not a loop', async (t) => {
  let requests = 0;
  const client = await open(t, (socket) => {
    requests++;
    socket.resetAndDestroy();
  });
  for (let round = 0; round < 3; round++) assert.equal((await client.request(get)).kind, 'failed');
  assert.equal(requests, 3);
});

test('a server that hangs up or says no HTTP is asked about TLS, unless it has answered before', async (t) => {
  const answer = 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';
  let act = (socket: Socket): void => void socket.end();
  const client = await open(t, (socket) => act(socket));
  const reasonNow = async () => {
    const result = await client.request(get);
    return result.kind === 'failed' ? result.reason : 'answered';
  };
  const hungUp = `${client.baseUrl}: socket hang up`;
  assert.equal(await reasonNow(), `${hungUp}; does it speak TLS?`);
  act = (socket) => void socket.end(Buffer.of(0x15, 3, 1, 0, 2, 2, 70));
  assert.match(await reasonNow(), /Parse Error.*; does it speak TLS\?$/);
  act = (socket) => void socket.end(answer);
  assert.equal(await reasonNow(), 'answered');
  act = (socket) => void socket.end();
  assert.equal(await reasonNow(), hungUp);
});

test('connections are kept and used again', async (t) => {
  const sockets = new Set<Socket>();
  const client = await open(t, (socket) => {
    sockets.add(socket);
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  });
  for (let round = 0; round < 5; round++) await client.request(get);
  assert.equal(sockets.size, 1);
});

test('a name that DNS does not know may come to be known', async (t) => {
  const client = new HttpClient({
    baseUrl: 'http://name.invalid:9200',
    headers: {},
    tls: { ca: undefined, cert: undefined, key: undefined, verify: true },
    timeoutMs: 5000,
    ownTraffic: new OwnTraffic(),
  });
  t.after(() => client.close());
  const result = await client.request(get);
  assert.equal(result.kind === 'failed' && result.isMisconfigured, false);
});

test('Retry-After is a number of seconds or a date', () => {
  const now = Date.UTC(2024, 0, 1);
  const cases: readonly (readonly [value: string | undefined, expected: number | undefined])[] = [
    [undefined, undefined],
    ['0', 0],
    ['120', 120_000],
    ['Mon, 01 Jan 2024 00:00:30 GMT', 30_000],
    ['Mon, 01 Jan 2023 00:00:30 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    ['-1', undefined],
    ['9'.repeat(40), undefined],
  ];
  for (const [value, expected] of cases) assert.equal(retryAfter(value, now), expected, value);
});

/** Notes the port of each attempt that it is told of. */
class NotedOwnTraffic extends OwnTraffic {
  readonly ports: number[] = [];

  override watch(socket: Socket): void {
    super.watch(socket);
    socket.on('connectionAttempt', () => process.nextTick(() => this.ports.push(socket.localPort ?? 0)));
  }
}

for (const baseUrl of ['http://127.0.0.1:1', 'https://127.0.0.1:1', 'http://localhost:1', 'https://localhost:1']) {
  test(`an attempt to connect to ${baseUrl} is known as ours before it is refused`, async () => {
    const ownTraffic = new NotedOwnTraffic();
    const client = new HttpClient({ baseUrl, headers: {}, tls: undefined, timeoutMs: 60_000, ownTraffic });
    assert.equal((await client.request(get)).kind, 'failed');
    client.close();
    const ends = { serverIp: '127.0.0.1', serverPort: 1, direction: 'outgoing' } as const;
    const isOwn = (clientPort: number) =>
      ['127.0.0.1', '::1'].some((clientIp) => ownTraffic.isOwnAttempt({ ...ends, clientIp, clientPort }));
    assert.ok(ownTraffic.ports.length > 0);
    for (const port of ownTraffic.ports) assert.ok(port > 0 && isOwn(port), `port ${port}`);
  });
}
