import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CapturedBody } from '../../src/exchange/exchange.ts';
import { answer, get, head, Playbook, post } from '../support/http1/playbook.ts';

function textOf(body: CapturedBody | undefined): readonly [string, boolean] | undefined {
  return body && [body.bytes.toString('latin1'), body.truncated];
}

function bodies(playbook: Playbook) {
  const { request, response } = playbook.exchanges[0] ?? {};
  return [textOf(request?.body), textOf(response?.body)];
}

test('without a limit no body is kept', () => {
  assert.deepEqual(bodies(new Playbook().client(post('/', 'up')).server(answer(200, 'down'))), [undefined, undefined]);
});

test('bodies are kept up to their limit, in however many pieces they come', () => {
  const client = post('/', '0123456789');
  const server = `${head(200, 'Transfer-Encoding: chunked')}4\r\nABCD\r\n3\r\nEFG\r\n0\r\n\r\n`;
  for (const size of [1, 3, 1000]) {
    for (const [limit, expected] of [
      [
        4,
        [
          ['0123', true],
          ['ABCD', true],
        ],
      ],
      [
        7,
        [
          ['0123456', true],
          ['ABCDEFG', false],
        ],
      ],
      [
        10,
        [
          ['0123456789', false],
          ['ABCDEFG', false],
        ],
      ],
      [
        1000,
        [
          ['0123456789', false],
          ['ABCDEFG', false],
        ],
      ],
    ] as const) {
      const playbook = new Playbook({ bodyLimitBytes: limit });
      for (let at = 0; at < client.length; at += size) playbook.client(client.slice(at, at + size));
      for (let at = 0; at < server.length; at += size) playbook.server(server.slice(at, at + size));
      assert.deepEqual(bodies(playbook), expected, `limit ${limit}, pieces of ${size}`);
    }
  }
});

test('a message without a body has none to keep', () => {
  const playbook = new Playbook({ bodyLimitBytes: 10 }).client(get('/')).server(head(304));
  assert.deepEqual(bodies(playbook), [undefined, undefined]);
});

test('the bytes of a body are owned by the exchange', () => {
  const playbook = new Playbook({ bodyLimitBytes: 10 }).client(get('/'));
  const bytes = Buffer.from(answer(200, 'down'));
  playbook.server(bytes);
  bytes.fill(0);
  assert.deepEqual(bodies(playbook)[1], ['down', false]);
});

test('a body is kept up to its first hole: what stands on both sides of it does not belong together', () => {
  const playbook = new Playbook({ bodyLimitBytes: 100 }).client(get('/'));
  playbook.server(answer(200, 'before').replace('6', '16')).gap(1, 5).server('after');
  assert.deepEqual(bodies(playbook)[1], ['before', true]);
  assert.equal(playbook.exchanges[0]?.response?.bodyBytes, 16);
});

test('a body that begins with a hole is not kept', () => {
  const playbook = new Playbook({ bodyLimitBytes: 100 }).client(get('/'));
  playbook.server(head(200, 'Content-Length: 10')).gap(1, 5).server('after');
  assert.deepEqual(bodies(playbook)[1], undefined);
});

test('what is held for an open exchange grows with its bodies up to their limit', () => {
  const playbook = new Playbook({ bodyLimitBytes: 1000 }).client(post('/', 'x'.repeat(5000)));
  const before = playbook.connection.heldBytes;
  assert.ok(before > 1000 && before < 3000, `${before}`);
  playbook.server(answer(200, 'y'.repeat(5000)).slice(0, -1));
  const during = playbook.connection.heldBytes;
  assert.ok(during > before + 1000 && during < before + 2000, `${during}`);
  playbook.server('y');
  assert.equal(playbook.connection.heldBytes, 0);
});

test('a body that is not kept is not held, however long', () => {
  const playbook = new Playbook().client(get('/')).server(head(200, 'Content-Length: 100000000'));
  for (let sent = 0; sent < 1000; sent++) playbook.server('z'.repeat(50_000));
  assert.ok(playbook.connection.maxHeldBytes < 2000);
});

test('more than a thousand requests without a response: none of them is paired any more', () => {
  const playbook = new Playbook();
  for (let id = 0; id < 1000; id++) playbook.client(get(`/${id}`));
  assert.equal(playbook.lines.length, 0);
  playbook.client(get('/1000'));
  assert.equal(playbook.lines.length, 1000);
  assert.deepEqual(new Set(playbook.lines.map((line) => line.replace(/\d+/, 'N'))), new Set(['GET /N - unknown']));
  assert.equal(playbook.counters.http_unpaired_requests, 1000);
  playbook.server(answer(200, '')).close('shutdown');
  assert.deepEqual(playbook.lines.slice(1000), ['GET /1000 - unknown', '- 200 answered']);
  assert.equal(playbook.connection.heldBytes, 0);
});

test('a thousand requests without a response are all paired', () => {
  const playbook = new Playbook();
  for (let id = 0; id < 1000; id++) playbook.client(get(`/${id}`));
  playbook.server(answer(200, '').repeat(1000));
  assert.equal(playbook.counters.exchanges_answered, 1000);
});

test('requests that timed out keep their places, up to the limit', () => {
  const playbook = new Playbook();
  for (let id = 0; id < 3000; id++) playbook.client(get(`/${id}`)).wait(100);
  playbook.wait(20_000);
  assert.equal(playbook.lines.length, 3000);
  assert.equal(playbook.timeouts.size, 0);
  assert.ok(playbook.connection.maxHeldBytes < 1001 * 700);
});

for (const [when, size] of [
  ['in one segment', 5000],
  ['in many segments', 100],
] as const) {
  test(`a request head that is too large, ${when}, is told as far as it was read, and the connection goes on`, () => {
    const playbook = new Playbook({ maxHeadBytes: 500 });
    const large = get('/a', 'A: b', `X: ${'x'.repeat(1000)}`);
    for (let at = 0; at < large.length; at += size) playbook.client(large.slice(at, at + size));
    playbook.server(answer(431, '')).client(get('/b')).server(answer(200, ''));
    assert.deepEqual(playbook.lines, ['GET /a 431 answered', 'GET /b 200 answered']);
    assert.deepEqual(
      playbook.exchanges[0]?.request?.head.headers.fields.map(({ name }) => name),
      ['a'],
    );
    assert.equal(playbook.counters.http_heads_too_large, 1);
    assert.ok(playbook.connection.maxHeldBytes < 2000);
  });
}

test('a response head that is too large has its status', () => {
  const playbook = new Playbook({ maxHeadBytes: 500 }).client(get('/a')).server(head(200, `X: ${'x'.repeat(1000)}`));
  playbook.client(get('/b')).server(answer(200, ''));
  assert.deepEqual(playbook.lines, ['GET /a 200 answered', 'GET /b 200 answered']);
  assert.equal(playbook.counters.http_heads_too_large, 1);
});

test('a first line that is too large is none, and its answer nobody’s', () => {
  const playbook = new Playbook({ maxHeadBytes: 500 }).client(get(`/${'a'.repeat(1000)}`)).server(answer(414, ''));
  playbook.client(get('/b')).server(answer(200, ''));
  assert.deepEqual(playbook.lines, ['- 414 answered', 'GET /b 200 answered']);
  assert.equal(playbook.counters.http_heads_too_large, 1);
});
