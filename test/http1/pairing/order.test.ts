import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { answer, get, head, Playbook, post } from '../../support/http1/playbook.ts';

/** Exchanges one after the other, each `GET /id` and `200`. */
function turns(playbook: Playbook, ids: readonly string[]): Playbook {
  for (const id of ids) playbook.client(get(`/${id}`)).server(answer(200, ''));
  return playbook;
}

describe('three turns bring certainty back', () => {
  const before: { readonly [what: string]: (playbook: Playbook) => unknown } = {
    'bytes that are no request': (p) => p.client(`${post('/x', 'x')}\0\0`).server(answer(200, '')),
    'a lost request and its lost response': (p) => p.gap(0, 50).gap(1, 50),
    'an interim answer to nobody': (p) => p.server(head(103)),
    'two requests at once and a lost response': (p) =>
      p
        .client(get('/x') + get('/y'))
        .gap(1, 60)
        .server(answer(200, '')),
    'a lost request among others': (p) =>
      p.client(get('/x')).gap(0, 40).client(get('/y')).server(answer(200, '').repeat(3)),
    'requests at once where the beginning was missed': (p) =>
      p
        .gap(0, undefined)
        .gap(1, undefined)
        .client(get('/x') + get('/y'))
        .server(answer(200, '').repeat(2)),
  };
  for (const [what, play] of Object.entries(before)) {
    test(`after ${what}`, () => {
      const playbook = new Playbook();
      play(playbook);
      turns(playbook, ['a', 'b', 'c']);
      const { length } = playbook.lines;
      // Certainty, not the assumption that the client waits: it does not.
      playbook.client(get('/d') + get('/e')).server(answer(201, '') + answer(202, ''));
      assert.deepEqual(playbook.lines.slice(length), ['GET /d 201 answered', 'GET /e 202 answered']);
    });
  }

  test('but not of a client that always has another request under way', () => {
    const playbook = new Playbook().client(get('/a') + get('/b')).gap(0, 40);
    for (const id of ['d', 'e', 'f', 'g', 'h', 'i']) playbook.server(answer(200, '')).client(get(`/${id}`));
    const pairs = playbook.exchanges.filter(({ request, response }) => request !== undefined && response !== undefined);
    assert.deepEqual(
      pairs.map(({ request }) => request?.head.target),
      ['/a', '/b'],
    );
  });
});

type Expecting = {
  readonly isChunked: boolean;
  readonly body: string;
  readonly continues: number;
  readonly status: number;
  readonly comes: boolean;
  readonly behind: number;
  readonly cut: number;
};

const expecting: fc.Arbitrary<Expecting> = fc.record({
  isChunked: fc.boolean(),
  body: fc.constantFrom('b', '{"a":1}', 'like GET / but not', 'x'.repeat(300)),
  continues: fc.integer({ min: 0, max: 2 }),
  status: fc.constantFrom(200, 201, 401, 413, 417),
  comes: fc.boolean(),
  behind: fc.integer({ min: 0, max: 3 }),
  cut: fc.nat(),
});

test('a body that is asked for belongs to its request, also behind the answer, however it is cut', () => {
  const property = fc.property(expecting, ({ isChunked, body, continues, status, comes, behind, cut }) => {
    // Once the server has said 100, the body is due.
    const isSent = comes || continues > 0;
    const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
    const sent = isChunked ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body;
    const playbook = new Playbook().client(`PUT /a HTTP/1.1\r\nExpect: 100-continue\r\n${framing}\r\n\r\n`);
    playbook.server(head(100).repeat(continues)).server(answer(status, 'no'));
    const next = Array.from({ length: behind }, (_, index) => get(`/${index}`));
    const rest = (isSent ? sent : '') + next.join('');
    const at = cut % (rest.length + 1);
    playbook.client(rest.slice(0, at)).client(rest.slice(at));
    playbook.server(answer(204, '').repeat(behind)).end(0).end(1).close('finished');
    const after = continues === 0 ? '' : ` after ${Array(continues).fill(100).join(',')}`;
    const bytes = isSent ? ` sent ${body.length}` : '';
    const first = `PUT /a ${status} answered${after}${bytes} received 2`;
    assert.deepEqual(playbook.lines, [first, ...next.map((_, index) => `GET /${index} 204 answered`)]);
    assert.equal(playbook.connection.heldBytes, 0);
    assert.equal(playbook.timeouts.size, 0);
  });
  fc.assert(property, { numRuns: 2000 });
});

describe('a body that was asked for and does not come', () => {
  const refused = () =>
    new Playbook()
      .client('PUT /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n')
      .server(answer(417, ''));

  test('takes no time', () => {
    for (const playbook of [refused().wait(5000).client(get('/b')), refused().wait(5000).end(0).close('finished')]) {
      const { request } = playbook.exchanges[0] ?? {};
      assert.deepEqual([request?.firstByteTime, request?.lastByteTime], [1000, 1000]);
    }
  });

  test('is not waited for longer than an answer is', () => {
    const playbook = refused();
    assert.deepEqual(playbook.wait(8000).lines, []);
    assert.deepEqual(playbook.wait(8000).lines, ['PUT /a 417 answered']);
    assert.deepEqual([playbook.openExchanges.size, playbook.timeouts.size], [0, 0]);
    playbook.client(get('/b')).server(answer(200, ''));
    assert.deepEqual(playbook.lines, ['PUT /a 417 answered', 'GET /b 200 answered']);
    assert.equal(playbook.counters.exchanges_timeout, 0);
  });
});

const raw = fc.array(
  fc.oneof(fc.constantFrom(get('/inner'), 'GET /inn', 'ls\n', 'er HTTP/1.1\r\n\r\n', post('/inner', 'x')), fc.string()),
  { maxLength: 6 },
);

test('nothing is asked during an answer that lasts until the connection ends', () => {
  const interims = fc.constantFrom('', head(103), head(102).repeat(2));
  const fields = fc.constantFrom([], ['Connection: keep-alive'], ['Content-Type: application/vnd.docker.raw-stream']);
  const version = fc.constantFrom('HTTP/1.0', 'HTTP/1.1');
  const property = fc.property(raw, interims, fields, version, fc.nat(), (said, interim, more, protocol, cut) => {
    const request = post('/attach', 'body');
    const at = request.length - (cut % 5);
    const playbook = new Playbook().client(request.slice(0, at));
    playbook.server(interim + head(200, ...more).replace('HTTP/1.1', protocol));
    playbook.client(request.slice(at) + (said[0] ?? ''));
    for (const text of said.slice(1)) playbook.client(text).server('out');
    playbook.finish();
    const { request: asked, response } = playbook.exchanges[0] ?? {};
    assert.equal(playbook.exchanges.length, 1, playbook.lines.join('\n'));
    assert.deepEqual([asked?.head.target, asked?.bodyBytes], ['/attach', 4]);
    assert.equal(response?.bodyBytes, 3 * Math.max(0, said.length - 1));
    assert.equal(playbook.counters.http_malformed, 0);
    assert.equal(playbook.connection.heldBytes, 0);
  });
  fc.assert(property, { numRuns: 1000 });
});

test('nothing is asked during such an answer whose request was not seen, once it has a body', () => {
  const playbook = new Playbook().gap(0, undefined).gap(1, undefined).server(head(200));
  playbook.server('out').client(get('/inner')).finish();
  assert.deepEqual(playbook.lines, ['- 200 answered received 3 incomplete']);
});

test('the answer to HEAD has no body, so the next request is one', () => {
  const playbook = new Playbook().client('HEAD /a HTTP/1.1\r\n\r\n').server(head(200, 'Connection: keep-alive'));
  playbook.client(get('/b')).server(answer(200, ''));
  assert.deepEqual(playbook.lines, ['HEAD /a 200 answered', 'GET /b 200 answered']);
});
