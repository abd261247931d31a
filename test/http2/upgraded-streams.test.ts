// node's client and server, which ask and agree with CONNECT (RFC 9113, section 8.5, and RFC 8441).
import assert from 'node:assert/strict';
import type http2 from 'node:http2';
import { test } from 'node:test';
import { Http2Connection } from '../../src/http2/connection.ts';
import { HuffmanCode } from '../../src/http2/hpack/huffman-code.ts';
import { asHttp, Playbook } from '../support/http1/playbook.ts';
import { answered, recordedSession, type Written } from '../support/http2/recorded-session.ts';
import { closeFrame, frame, mask } from '../support/websocket/websocket-frames.ts';

const huffman = new HuffmanCode();
const settings = { enableConnectProtocol: true };

function play(written: readonly Written[], size = Number.POSITIVE_INFINITY): Playbook {
  const playbook = new Playbook({
    listen: (connection, context) =>
      new Http2Connection(asHttp(connection), { ...context, huffman }, { kind: 'preface' }),
  });
  for (const { side, bytes } of written) {
    for (let at = 0; at < bytes.length; at += size) playbook.data(side, bytes.subarray(at, at + size));
  }
  return playbook;
}

const told = ({ sessions }: Playbook) =>
  sessions.map(({ handshake, type, agreement, outcome, closedBy, endedBy, closeCode, client, server }) => [
    ...[handshake.key.stream, type, agreement.upgrade, outcome, closedBy, endedBy, closeCode],
    ...[client.messages, client.bytes, server.messages, server.bytes],
  ]);

/** The server sends a message, says good-bye when the client does, and ends the stream. */
function chat(stream: http2.ServerHttp2Stream): void {
  stream.respond({ ':status': 200, 'sec-websocket-extensions': 'permessage-deflate' });
  stream.write(Buffer.concat([frame('welcome'), frame('', { opcode: 9 })]));
  stream.once('data', () => stream.end(closeFrame(1000)));
}

async function sayGoodBye(client: http2.ClientHttp2Session): Promise<void> {
  // A server has to say first that it knows what this is.
  await new Promise((resolve) => client.once('remoteSettings', resolve));
  const stream = client.request(
    { ':method': 'CONNECT', ':protocol': 'websocket', ':path': '/chat' },
    { endStream: false },
  );
  await new Promise((resolve) => stream.once('data', resolve));
  const parts = [frame('hel', { isFinal: false, mask }), frame('lo', { opcode: 0, mask }), closeFrame(1001, { mask })];
  await answered(stream, Buffer.concat(parts));
}

test('a WebSocket on a stream is answered when it begins, and told when it ends, beside other streams', async () => {
  const written = await recordedSession(
    (stream, headers) => (headers[':method'] === 'CONNECT' ? chat(stream) : stream.respond({}, { endStream: true })),
    async (client) => {
      await Promise.all([sayGoodBye(client), answered(client.request({ ':path': '/beside' }))]);
    },
    { server: { settings } },
  );
  for (const size of [Number.POSITIVE_INFINITY, 1, 7]) {
    const playbook = play(written, size);
    assert.deepEqual(playbook.lines.sort(), ['CONNECT /chat 200 answered', 'GET /beside 200 answered']);
    const stream = playbook.exchanges.find(({ request }) => request?.head.method === 'CONNECT')?.key.stream;
    assert.deepEqual(told(playbook), [
      [stream, 'websocket', 'websocket', 'closed', 'client', 'client', 1001, 1, 5, 1, 7],
    ]);
    assert.equal(playbook.close('finished').connection.underWay, 0);
    assert.equal(playbook.connection.heldBytes, 0);
  }
});

const connectTo = (client: http2.ClientHttp2Session) =>
  client.request({ ':method': 'CONNECT', ':authority': 'db.example:5432' }, { endStream: false });

test('a tunnel on a stream counts its bytes, and who resets the stream ends it', async () => {
  const written = await recordedSession(
    (stream) => {
      stream.respond({ ':status': 200 });
      stream.on('data', () => stream.write('reply'));
    },
    async (client) => {
      const stream = connectTo(client);
      stream.write('hello');
      await new Promise((resolve) => stream.once('data', resolve));
      stream.close(8);
      await new Promise((resolve) => stream.once('close', resolve));
    },
  );
  const playbook = play(written);
  assert.deepEqual(playbook.lines, ['CONNECT db.example:5432 200 answered']);
  assert.deepEqual(told(playbook), [
    [1, 'tunnel', undefined, 'reset', 'client', 'client', undefined, undefined, 5, undefined, 5],
  ]);
});

test('a CONNECT that is refused has a body like any answer', async () => {
  const written = await recordedSession(
    (stream) => {
      stream.respond({ ':status': 403 });
      stream.end('no');
    },
    async (client) => {
      await answered(connectTo(client));
    },
  );
  const playbook = play(written).close('finished');
  assert.deepEqual(playbook.lines, ['CONNECT db.example:5432 403 answered received 2']);
  assert.deepEqual(playbook.sessions, []);
});

test('a session on a stream whose end was not captured is unknown', async () => {
  const written = await recordedSession(
    (stream) => {
      stream.respond({ ':status': 200 });
      stream.on('data', () => stream.end('reply'));
    },
    async (client) => {
      await answered(connectTo(client), 'hello');
    },
  );
  const answer = written.findIndex(({ bytes }) => bytes.includes('reply'));
  for (const loss of ['gap', 'shutdown'] as const) {
    const playbook = play(written.slice(0, answer));
    if (loss === 'gap') playbook.gap(1, 9);
    else playbook.close('shutdown');
    assert.deepEqual(
      playbook.sessions.map(({ outcome, endedBy }) => [outcome, endedBy]),
      [['unknown', undefined]],
    );
  }
});
