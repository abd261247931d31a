import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { OwnTraffic } from '../../src/sink/own-traffic.ts';
import { cpuRatio } from '../support/program/cpu-cost.ts';
import { runPackets } from '../support/program/run-pipeline.ts';
import { exchangeOf, type Fields, requestMessage, responseMessage } from '../support/record/exchanges.ts';
import { capturedEnds } from '../support/sink/captured-ends.ts';
import { type ConversationPacket, TcpConversation } from '../support/tcp/tcp-conversation.ts';

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
    assert.ok(own.isOwn(capturedEnds(host, localPort, host, port)));
    assert.ok(own.isOwn(capturedEnds(host, port, host, localPort)));
    assert.ok(!own.isOwn(capturedEnds(host, localPort, host, port + 1)));
    assert.ok(!own.isOwn(capturedEnds(host, localPort + 1, host, port)));
    assert.ok(!own.isOwn(capturedEnds('192.0.2.1', localPort, host, port)));
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
  const isOwn = () => own.isOwn(capturedEnds('127.0.0.1', localPort, '127.0.0.1', port));
  assert.ok(isOwn());
  socket.destroy();
  await once(socket, 'close');
  assert.ok(isOwn());
  now += 59_999;
  assert.ok(isOwn());
  now++;
  assert.ok(!isOwn());
});

/** A connection to the port of the metrics comes and ends. */
function end(own: OwnTraffic, peer: number): void {
  const remote = { remoteAddress: `10.0.1.${peer >>> 14}`, remotePort: 1 + (peer & 0x3fff) };
  const ends = { localAddress: '10.0.0.1', localPort: 19_464, ...remote };
  const properties = Object.entries(ends).map(([name, value]) => [name, { value }]);
  const socket = Object.defineProperties(new Socket(), Object.fromEntries(properties));
  own.watch(socket);
  socket.emit('close', false);
}

test('of the connections that have ended only the latest ten thousand are remembered', () => {
  const own = new OwnTraffic(() => 0);
  for (let peer = 0; peer <= 10_000; peer++) end(own, peer);
  const isOwn = (peer: number) => own.isOwn(capturedEnds('10.0.1.0', 1 + peer, '10.0.0.1', 19_464));
  assert.deepEqual([isOwn(0), isOwn(1), isOwn(10_000)], [false, true, true]);
});

test('to find out whose a connection is costs the same however many of ours have ended', async () => {
  const ended = (count: number) => {
    const own = new OwnTraffic(() => 0);
    for (let peer = 0; peer < count; peer++) end(own, peer);
    return own;
  };
  const [few, many] = [ended(10_000), ended(16_300)];
  const others = capturedEnds('10.0.0.9', 1, '10.0.0.8', 80);
  const look = (own: OwnTraffic) => {
    for (let again = 0; again < 20_000; again++) own.isOwn(others);
  };
  const ratio = await cpuRatio({ run: look, less: () => few, more: () => many });
  assert.ok(ratio <= 8, `it costs ${ratio.toFixed(1)} times as much`);
});

test('an accepted connection is known at once, with the address that packets have', async (t) => {
  const { port, accepted } = await listen(t, '::');
  const client = connect(port, '127.0.0.1');
  t.after(() => client.destroy());
  const own = new OwnTraffic();
  own.watch(await accepted);
  assert.ok(own.isOwn(capturedEnds('127.0.0.1', client.localPort ?? 0, '127.0.0.1', port)));
});

test('a connection that never came about is nobody’s', async (t) => {
  const { port } = await listen(t, '127.0.0.1');
  const own = new OwnTraffic();
  const socket = connect(port, '127.0.0.1');
  own.watch(socket);
  socket.destroy();
  await once(socket, 'close');
  assert.ok(!own.isOwn(capturedEnds('127.0.0.1', 0, '127.0.0.1', port)));
});

test('a connection that is refused is known as ours by its own end alone, for a minute', async () => {
  let now = 0;
  const own = new OwnTraffic(() => now);
  const socket = connect(1, '127.0.0.1');
  own.watch(socket);
  socket.on('error', () => {});
  let clientPort = 0;
  socket.on('connectionAttempt', () => process.nextTick(() => (clientPort = socket.localPort ?? 0)));
  await new Promise((resolve) => socket.on('close', resolve));
  const isOwn = (clientIp: string, port: number) =>
    own.isOwnAttempt({ clientIp, clientPort: port, serverIp: '192.0.2.7', serverPort: 80, direction: 'outgoing' });
  assert.ok(clientPort > 0 && isOwn('127.0.0.1', clientPort));
  assert.ok(!isOwn('127.0.0.1', clientPort + 1));
  assert.ok(!isOwn('192.0.2.1', clientPort));
  now += 60_000;
  assert.ok(!isOwn('127.0.0.1', clientPort));
});

function marked(own: OwnTraffic): Fields {
  return Object.entries(own.requestMark);
}

test('an exchange whose request carries the mark, or whose answer repeats it, is ours, whatever its addresses', () => {
  const own = new OwnTraffic();
  assert.ok(!own.isOwnExchange(exchangeOf()));
  const request = requestMessage({ headers: [['Host', 'logs'], ...marked(own)] });
  const response = responseMessage({ headers: marked(own) });
  assert.ok(own.isOwnExchange(exchangeOf({ request })));
  assert.ok(own.isOwnExchange(exchangeOf({ request, response: undefined, outcome: 'timeout' })));
  assert.ok(own.isOwnExchange(exchangeOf({ response })));
  assert.ok(own.isOwnExchange(exchangeOf({ request: undefined, response })));
});

test('nobody hides behind a mark that is not ours', () => {
  const own = new OwnTraffic();
  const mark = own.requestMark['x-opaque-id'];
  const forged: readonly Fields[] = [
    marked(new OwnTraffic()),
    Object.entries(own.responseMark),
    [['x-opaque-id', '']],
    [['x-opaque-id', 'kubernetes-internal-http-logger']],
    [['x-opaque-id', `${mark}0`]],
    [['x-opaque-id', mark.toUpperCase()]],
    [['user-agent', mark]],
    [['x-opaque', `id: ${mark}`]],
  ];
  for (const headers of forged) {
    assert.ok(!own.isOwnExchange(exchangeOf({ request: requestMessage({ headers }) })), String(headers));
    assert.ok(!own.isOwnExchange(exchangeOf({ response: responseMessage({ headers }) })), String(headers));
  }
  // Before anything was sent there is no mark at all.
  assert.ok(!new OwnTraffic().isOwnExchange(exchangeOf({ request: requestMessage({ headers: forged[1] ?? [] }) })));
});

test('an answer without its request is ours when the client is, and nothing else of that port is', async (t) => {
  const { port } = await listen(t, '127.0.0.1');
  const own = new OwnTraffic();
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  own.watch(socket);
  await once(socket, 'connect');
  const pod = { clientIp: '127.0.0.1', serverIp: '10.0.0.9', serverPort: 9200, direction: 'unknown' } as const;
  const endpoints = { ...pod, clientPort: socket.localPort ?? 0 };
  assert.ok(own.isOwnExchange(exchangeOf({ endpoints, request: undefined, incomplete: true })));
  const others = [
    exchangeOf({ endpoints }),
    exchangeOf({ endpoints, incomplete: true }),
    exchangeOf({ endpoints, response: undefined, outcome: 'unknown' }),
    exchangeOf({ endpoints: { ...pod, clientPort: endpoints.clientPort + 1 }, request: undefined }),
    exchangeOf({ endpoints: { ...endpoints, clientIp: '10.0.0.1' }, request: undefined }),
  ];
  for (const [index, other] of others.entries()) assert.ok(!own.isOwnExchange(other), String(index));
});

test('what our port is asked is ours, with or without its answer, and nothing else of that client is', async (t) => {
  const { port, accepted } = await listen(t, '127.0.0.1');
  const client = connect(port, '127.0.0.1');
  t.after(() => client.destroy());
  const own = new OwnTraffic();
  own.watch(await accepted);
  const node = { clientIp: '127.0.0.1', serverIp: '10.0.0.9', serverPort: 30_964, direction: 'unknown' } as const;
  const response = responseMessage({ headers: Object.entries(own.responseMark) });
  const scraper = { ...node, clientPort: client.localPort ?? 0 };
  assert.ok(own.isOwnExchange(exchangeOf({ endpoints: scraper, response })));
  assert.ok(own.isOwnExchange(exchangeOf({ endpoints: scraper, request: undefined, response })));
  assert.ok(
    !own.isOwnExchange(exchangeOf({ endpoints: { ...scraper, clientPort: scraper.clientPort + 1 }, response })),
  );
  assert.ok(!own.isOwnExchange(exchangeOf({ endpoints: scraper })));
  const request = requestMessage({ headers: Object.entries(own.responseMark) });
  assert.ok(!own.isOwnExchange(exchangeOf({ endpoints: scraper, request })));
  // Elasticsearch, as the application, repeats what a client has read from our port.
  assert.ok(!own.isOwnExchange(exchangeOf({ endpoints: scraper, request, response })));
  const unanswered = { endpoints: { ...node, clientPort: client.localPort ?? 0 }, response: undefined };
  assert.ok(own.isOwnExchange(exchangeOf({ ...unanswered, outcome: 'unknown' })));
  for (const outcome of ['timeout', 'reset', 'closed'] as const) {
    assert.ok(!own.isOwnExchange(exchangeOf({ ...unanswered, outcome })), outcome);
  }
});

test('of a connection that a proxy shares between us and an application, only our exchanges are ours', () => {
  const own = new OwnTraffic();
  const talk = new TcpConversation();
  for (let index = 0; index < 6; index++) {
    const fields = (index % 3 === 0 ? marked(own) : []).map(([name, value]) => `${name}: ${value}\r\n`).join('');
    talk.client(`POST /${index} HTTP/1.1\r\nHost: logs\r\nVia: 1.1 mesh\r\n${fields}Content-Length: 2\r\n\r\n{}`);
    talk.server('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  }
  const logged = runPackets(talk.close().packets).exchanges.filter((exchange) => !own.isOwnExchange(exchange));
  assert.deepEqual(
    logged.map(({ request }) => request?.head.target),
    ['/1', '/2', '/4', '/5'],
  );
});

/** Our requests and their answers on a connection that is seen at translated addresses, in small segments. */
function translated(own: OwnTraffic, socket: Socket, handshake: boolean): readonly ConversationPacket[] {
  const clientPort = socket.localPort ?? 0;
  const talk = new TcpConversation({ clientIp: '127.0.0.1', clientPort, serverIp: '10.0.0.9', mss: 150, handshake });
  const [[name, value] = ['', '']] = marked(own);
  for (let batch = 0; batch < 3; batch++) {
    const fields = `${name}: ${value}\r\nHost: 10.96.0.10:9200\r\nAccept: application/json\r\nContent-Length: 400\r\n`;
    talk.client(`POST /_bulk?filter_path=errors HTTP/1.1\r\n${fields}\r\n${'{}'.repeat(200)}`);
    talk.server(`HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n${'[]'.repeat(150)}`);
  }
  return talk.close().packets;
}

test('all that is seen of our exchanges is ours, whatever packets are lost, repeated or too early', async (t) => {
  const { port } = await listen(t, '127.0.0.1');
  const own = new OwnTraffic();
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  own.watch(socket);
  await once(socket, 'connect');
  for (const handshake of [true, false]) {
    const packets = translated(own, socket, handshake);
    const captures = packets.flatMap((packet, index) => [
      packets.filter((other) => other !== packet),
      packets.filter((_, place) => place < index || place > index + 3),
      packets.slice(index),
      packets.slice(0, index),
      packets.filter(({ from }, place) => place < index || from === packet.from),
      packets.flatMap((other) => (other === packet ? [other, other] : other)),
      [...packets.slice(0, index), ...packets.slice(index).toReversed()],
    ]);
    for (const [index, capture] of [packets, ...captures].entries()) {
      const { exchanges } = runPackets(capture);
      const foreign = exchanges.filter((exchange) => !own.isOwnExchange(exchange));
      assert.deepEqual(foreign, [], `capture ${index}`);
      if (index === 0) assert.equal(exchanges.length, 3);
    }
  }
});
