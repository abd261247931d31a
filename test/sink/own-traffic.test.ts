import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { OwnTraffic } from '../../src/sink/own-traffic.ts';

async function listen(t: TestContext, host: string): Promise<{ port: number; accepted: Promise<Socket> }> {
  const server = createServer();
  server.listen(0, host);
  const accepted = once(server, 'connection').then(([socket]) => {
    t.after(() => socket.destroy());
    return socket as Socket;
  });
  await once(server, 'listening');
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, accepted };
}

for (const host of ['127.0.0.1', '::1']) {
  test(`a connection to ${host} is known as ours, from either end, before anything is sent on it`, async (t) => {
    const { port } = await listen(t, host);
    const own = new OwnTraffic();
    const socket = connect(port, host);
    t.after(() => socket.destroy());
    own.watch(socket);
    await once(socket, 'connect');
    const localPort = socket.localPort ?? 0;
    assert.ok(own.isOwn(host, localPort, host, port));
    assert.ok(own.isOwn(host, port, host, localPort));
    assert.ok(!own.isOwn(host, localPort, host, port + 1));
    assert.ok(!own.isOwn(host, localPort + 1, host, port));
    assert.ok(!own.isOwn('192.0.2.1', localPort, host, port));
  });
}

test('a connection stays ours for a minute after its end, and is then forgotten', async (t) => {
  const { port } = await listen(t, '127.0.0.1');
  let now = 0;
  const own = new OwnTraffic(() => now);
  const socket = connect(port, '127.0.0.1');
  own.watch(socket);
  await once(socket, 'connect');
  const localPort = socket.localPort ?? 0;
  now = 1_000_000;
  const isOwn = () => own.isOwn('127.0.0.1', localPort, '127.0.0.1', port);
  assert.ok(isOwn());
  socket.destroy();
  await once(socket, 'close');
  assert.ok(isOwn());
  now += 59_999;
  assert.ok(isOwn());
  now += 1;
  assert.ok(!isOwn());
});

test('of the connections that have ended only the latest ten thousand are remembered', () => {
  const own = new OwnTraffic(() => 0);
  const end = (remotePort: number) => {
    const ends = { localAddress: '10.0.0.1', localPort: 19_464, remoteAddress: '10.0.0.2', remotePort };
    const properties = Object.entries(ends).map(([name, value]) => [name, { value }]);
    const socket = Object.defineProperties(new Socket(), Object.fromEntries(properties));
    own.watch(socket);
    socket.emit('close', false);
  };
  for (let port = 1; port <= 10_001; port++) end(port);
  const isOwn = (port: number) => own.isOwn('10.0.0.2', port, '10.0.0.1', 19_464);
  assert.deepEqual([isOwn(1), isOwn(2), isOwn(10_001)], [false, true, true]);
});

test('an accepted connection is known at once, with the address that packets have', async (t) => {
  const { port, accepted } = await listen(t, '::');
  const client = connect(port, '127.0.0.1');
  t.after(() => client.destroy());
  const own = new OwnTraffic();
  own.watch(await accepted);
  assert.ok(own.isOwn('127.0.0.1', client.localPort ?? 0, '127.0.0.1', port));
});

test('a connection that never came about is nobody’s', async (t) => {
  const { port } = await listen(t, '127.0.0.1');
  const own = new OwnTraffic();
  const socket = connect(port, '127.0.0.1');
  own.watch(socket);
  socket.destroy();
  await once(socket, 'close');
  assert.ok(!own.isOwn('127.0.0.1', 0, '127.0.0.1', port));
});
