import assert from 'node:assert/strict';
import http2 from 'node:http2';
import { test } from 'node:test';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { Http2Connection } from '../../src/http2/connection.ts';
import { HuffmanCode } from '../../src/http2/hpack/huffman-code.ts';
import { asHttp, Playbook, type PlaybookOptions } from '../support/http1/playbook.ts';
import { answered, recordedSession, type Written } from '../support/http2/recorded-session.ts';

const huffman = new HuffmanCode();
const http2Only: PlaybookOptions = {
  bodyLimitBytes: 1000,
  listen: (connection, context) =>
    new Http2Connection(asHttp(connection), { ...context, huffman }, { kind: 'preface' }),
};

/** What is heard of a session whose bytes come in pieces of at most this size. */
function play(written: readonly Written[], size = Number.POSITIVE_INFINITY): Playbook {
  const playbook = new Playbook(http2Only);
  for (const { side, bytes } of written) {
    for (let at = 0; at < bytes.length; at += size) {
      playbook.data(side, bytes.subarray(at, Math.min(bytes.length, at + size)));
    }
  }
  return playbook;
}

const summary = ({ key, request, response, outcome, endedBy }: Exchange) => ({
  stream: key.stream,
  method: request?.head.method,
  target: request?.head.target,
  authority: request?.head.authority,
  status: response?.head.status,
  outcome,
  ...(endedBy === undefined ? {} : { endedBy }),
});

test('requests on many streams have their own answers, however the bytes come', async () => {
  const written = await recordedSession(
    (stream, headers) => {
      const number = Number(headers['x-number']);
      stream.resume();
      stream.on('end', () => {
        stream.respond({ ':status': 400 + (number % 5), 'x-answer': `${number}`, 'content-type': 'text/plain' });
        // Answers that come in another order than their requests.
        setTimeout(() => stream.end(`answer ${number}`), (7 * number) % 5);
      });
    },
    async (client) => {
      const calls = Array.from({ length: 40 }, (_, number) =>
        answered(
          client.request({ ':path': `/${number}?a=b`, ':method': 'POST', 'x-number': `${number}` }),
          `b${number}`,
        ),
      );
      await Promise.all(calls);
    },
  );
  for (const size of [Number.POSITIVE_INFINITY, 1, 7]) {
    const playbook = play(written, size).close('finished');
    assert.equal(playbook.exchanges.length, 40);
    for (const { key, request, response, outcome } of playbook.exchanges) {
      const number = request?.head.headers.get('x-number') ?? '';
      assert.equal(outcome, 'answered');
      assert.equal(request?.head.target, `/${number}?a=b`);
      assert.equal(request.head.authority, 'shop.example:80');
      assert.equal(response?.head.status, 400 + (Number(number) % 5));
      assert.equal(response.head.headers.get('x-answer'), number);
      assert.equal(`${request.body?.bytes}`, `b${number}`);
      assert.equal(`${response.body?.bytes}`, `answer ${number}`);
      assert.equal(key.stream, 2 * Number(number) + 1);
    }
    assert.equal(playbook.connection.heldBytes, 0);
    assert.equal(playbook.connection.underWay, 0);
  }
});

test('trailers, interim answers and an answer without a body belong to their streams', async () => {
  const written = await recordedSession(
    (stream, headers) => {
      stream.additionalHeaders({ ':status': 103, link: '</a.css>' });
      if (headers[':method'] === 'HEAD') return stream.respond({ ':status': 200 });
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end('ok');
      return undefined;
    },
    async (client) => {
      await answered(client.request({ ':path': '/a' }));
      await answered(client.request({ ':path': '/b', ':method': 'HEAD' }));
    },
  );
  const [first, second] = play(written).close('finished').exchanges;
  assert.deepEqual(first?.informational, [103]);
  assert.equal(first?.response?.trailers?.get('grpc-status'), '0');
  assert.equal(first?.response?.bodyBytes, 2);
  assert.deepEqual(
    [second?.request?.head.method, second?.response?.head.status, second?.response?.bodyBytes],
    ['HEAD', 200, 0],
  );
});

test('a stream that is reset before its answer is whole is reset, by whom it was', async () => {
  const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = http2.constants;
  const written = await recordedSession(
    (stream, { ':path': path }) => {
      if (path === '/broken') return stream.close(NGHTTP2_INTERNAL_ERROR);
      if (path === '/cancelled') return stream.respond({ ':status': 200 });
      // All is said, and the rest of the request is not wanted.
      stream.respond({ ':status': 413 });
      stream.end('too large');
      stream.on('finish', () => stream.close(NGHTTP2_NO_ERROR));
      return undefined;
    },
    async (client) => {
      await answered(client.request({ ':path': '/broken' })).catch(() => {});
      const cancelled = client.request({ ':path': '/cancelled' });
      await new Promise((resolve) => cancelled.on('response', resolve));
      cancelled.close(NGHTTP2_CANCEL);
      await new Promise((resolve) => cancelled.on('close', resolve));
      const upload = client.request({ ':path': '/upload', ':method': 'POST' });
      upload.on('error', () => {});
      upload.write('a');
      upload.resume();
      await new Promise((resolve) => upload.on('close', resolve));
    },
  );
  assert.deepEqual(play(written).close('finished').exchanges.map(summary), [
    {
      stream: 1,
      method: 'GET',
      target: '/broken',
      authority: 'shop.example:80',
      status: undefined,
      outcome: 'reset',
      endedBy: 'server',
    },
    {
      stream: 3,
      method: 'GET',
      target: '/cancelled',
      authority: 'shop.example:80',
      status: 200,
      outcome: 'reset',
      endedBy: 'client',
    },
    { stream: 5, method: 'POST', target: '/upload', authority: 'shop.example:80', status: 413, outcome: 'answered' },
  ]);
});

test('what a server pushes is an exchange of its own', async () => {
  const written = await recordedSession(
    (stream) => {
      stream.pushStream({ ':path': '/style.css' }, (_, pushed) => {
        pushed.respond({ ':status': 200, 'content-type': 'text/css' });
        pushed.end('css');
        stream.respond({ ':status': 200 });
        stream.end('html');
      });
    },
    async (client) => {
      client.on('stream', (pushed) => pushed.resume());
      await answered(client.request({ ':path': '/' }));
    },
  );
  const exchanges = play(written).close('finished').exchanges.map(summary);
  assert.deepEqual(exchanges.map(({ stream, target, status, outcome }) => [stream, target, status, outcome]).sort(), [
    [1, '/', 200, 'answered'],
    [2, '/style.css', 200, 'answered'],
  ]);
});

test('what a connection leaves unanswered when it ends is told as its end says', async () => {
  let count = 0;
  const written = await recordedSession(
    (stream) => stream.respond({ ':status': 200 }),
    async (client, soFar) => {
      const stream = client.request({ ':path': '/open' });
      stream.on('error', () => {});
      await new Promise((resolve) => stream.on('response', resolve));
      count = soFar.length;
      stream.close(http2.constants.NGHTTP2_CANCEL);
      await new Promise((resolve) => stream.on('close', resolve));
    },
  );
  for (const [reason, outcome] of [
    ['finished', 'closed'],
    ['reset', 'reset'],
    ['idle', 'unknown'],
    ['failed', 'unknown'],
    ['shutdown', 'unknown'],
  ] as const) {
    const [exchange] = play(written.slice(0, count)).close(reason).exchanges;
    assert.deepEqual([exchange?.response?.head.status, exchange?.outcome], [200, outcome], reason);
  }
  const [ended] = play(written.slice(0, count)).end(1).close('idle').exchanges;
  assert.equal(ended?.outcome, 'closed');
});

test('after loss nothing is mixed up: what was under way is unknown, and what begins later is read', async () => {
  const written = await recordedSession(
    (stream, headers) => {
      stream.respond({ ':status': 200, 'x-answer': `${headers['x-number']}`, 'x-same': 'always' });
      stream.end('x'.repeat(2000));
    },
    async (client) => {
      for (let number = 0; number < 30; number++) {
        await answered(client.request({ ':path': `/${number}`, 'x-number': `${number}`, 'x-same': 'always' }));
      }
    },
  );
  for (let lost = 0; lost < written.length; lost++) {
    const playbook = new Playbook(http2Only);
    for (const [index, { side, bytes }] of written.entries()) {
      if (index === lost) playbook.gap(side, bytes.length);
      else playbook.data(side, bytes);
    }
    playbook.close('finished');
    for (const { request, response } of playbook.exchanges) {
      const number = request?.head.headers.get('x-number');
      const answer = response?.head.headers.get('x-answer');
      if (request !== undefined && number !== undefined) assert.equal(request.head.target, `/${number}`);
      if (number !== undefined && answer !== undefined) assert.equal(answer, number, `write ${lost} was lost`);
      const status = response?.head.status;
      assert.ok(status === undefined || status === 200);
    }
    assert.equal(playbook.connection.heldBytes, 0);
    assert.equal(playbook.connection.underWay, 0);
  }
});
