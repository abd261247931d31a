import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CloseReason } from '../../src/tcp/stream.ts';
import { answer, get, head, Playbook, post } from '../support/http1/playbook.ts';

type Ending = {
  readonly title: string;
  readonly play: (playbook: Playbook) => unknown;
  readonly lines: readonly string[];
};

const half = (text: string) => text.slice(0, -5);

const endings: readonly Ending[] = [
  {
    title: 'FIN of the server before any answer: closed',
    play: (p) => p.client(get('/a') + post('/b', 'bb')).end(1),
    lines: ['GET /a - closed', 'POST /b - closed sent 2'],
  },
  {
    title: 'FIN of the server while the request is still being sent: closed',
    play: (p) =>
      p
        .client(half(post('/a', '0123456789')))
        .end(1)
        .client('56789')
        .end(0)
        .close('finished'),
    lines: ['POST /a - closed sent 5'],
  },
  {
    title: 'FIN of the server inside of a body of known length: closed, with what was seen',
    play: (p) =>
      p
        .client(get('/a'))
        .server(half(answer(200, '0123456789')))
        .end(1),
    lines: ['GET /a 200 closed received 5'],
  },
  {
    title: 'FIN of the server inside of a chunked body: closed',
    play: (p) =>
      p
        .client(get('/a'))
        .server(`${head(200, 'Transfer-Encoding: chunked')}5\r\nhello\r\n`)
        .end(1),
    lines: ['GET /a 200 closed received 5'],
  },
  {
    title: 'FIN of the server inside of a response head: closed, with its status',
    play: (p) => p.client(get('/a')).server('HTTP/1.1 200 OK\r\nServer: a\r\n').end(1),
    lines: ['GET /a 200 closed'],
  },
  {
    title: 'FIN of the server inside of a status line: closed, without a status',
    play: (p) => p.client(get('/a')).server('HTTP/1.1 200').end(1),
    lines: ['GET /a - closed'],
  },
  {
    title: 'FIN of the server ends a body that lasts until then: answered',
    play: (p) =>
      p
        .client(get('/a'))
        .server(`${head(200)}all`)
        .end(1),
    lines: ['GET /a 200 answered received 3'],
  },
  {
    title: 'FIN of the client does not end anything: the answer may still come',
    play: (p) => p.client(get('/a')).end(0).server(answer(200, 'a')).end(1).close('finished'),
    lines: ['GET /a 200 answered received 1'],
  },
  {
    title: 'FIN of the client inside of a request head: a request as far as it was sent',
    play: (p) => p.client('GET /a HTTP/1.1\r\nHost: b\r\n').end(0).server(answer(400, '')),
    lines: ['GET /a 400 answered'],
  },
  {
    title: 'RST before the answer: reset',
    play: (p) => p.client(get('/a') + get('/b')).close('reset'),
    lines: ['GET /a - reset', 'GET /b - reset'],
  },
  {
    title: 'RST inside of the request: reset',
    play: (p) => p.client(half(post('/a', '0123456789'))).close('reset'),
    lines: ['POST /a - reset sent 5'],
  },
  {
    title: 'RST inside of a request head: reset',
    play: (p) => p.client('GET /a HTTP/1.1\r\nHost: b\r\n').close('reset'),
    lines: ['GET /a - reset'],
  },
  {
    title: 'RST inside of the response: reset, with what was seen',
    play: (p) =>
      p
        .client(get('/a') + get('/b'))
        .server(half(answer(200, '0123456789')))
        .close('reset'),
    lines: ['GET /a 200 reset received 5', 'GET /b - reset'],
  },
  {
    title: 'RST inside of a body that lasts until the end: reset',
    play: (p) =>
      p
        .client(get('/a'))
        .server(`${head(200)}all`)
        .close('reset'),
    lines: ['GET /a 200 reset received 3'],
  },
  {
    title: 'RST inside of a response head: reset, with its status',
    play: (p) => p.client(get('/a')).server('HTTP/1.1 200 OK\r\nServer: a\r\n').close('reset'),
    lines: ['GET /a 200 reset'],
  },
  {
    title: 'RST after the response: answered',
    play: (p) => p.client(get('/a')).server(answer(200, 'a')).close('reset'),
    lines: ['GET /a 200 answered received 1'],
  },
  {
    title: 'RST after an early response, inside of the request: answered',
    play: (p) =>
      p
        .client(half(post('/a', '0123456789')))
        .server(answer(413, ''))
        .close('reset'),
    lines: ['POST /a 413 answered sent 5'],
  },
  {
    title: 'RST in a tunnel: nothing more to say',
    play: (p) => p.client('CONNECT b:443 HTTP/1.1\r\n\r\n').server(head(200)).close('reset'),
    lines: ['CONNECT b:443 200 answered'],
  },
  {
    title: 'both sides have ended: closed',
    play: (p) => p.client(get('/a')).end(0).end(1).close('finished'),
    lines: ['GET /a - closed'],
  },
  ...(['shutdown', 'idle', 'replaced', 'evicted_count', 'evicted_memory'] satisfies CloseReason[]).flatMap((reason) => [
    {
      title: `${reason} before the answer: unknown`,
      play: (p: Playbook) => p.client(get('/a')).close(reason),
      lines: ['GET /a - unknown'],
    },
    {
      title: `${reason} inside of the response: answered, but incomplete`,
      play: (p: Playbook) =>
        p
          .client(get('/a') + get('/b'))
          .server(half(answer(200, '0123456789')))
          .close(reason),
      lines: ['GET /a 200 answered received 5 incomplete', 'GET /b - unknown'],
    },
    {
      title: `${reason} inside of a response head: answered, but incomplete`,
      play: (p: Playbook) => p.client(get('/a')).server('HTTP/1.1 200 OK\r\n').close(reason),
      lines: ['GET /a 200 answered incomplete'],
    },
  ]),
  {
    title: 'nothing of the server was ever captured: unknown, not reset',
    play: (p) => p.connection.unseen.add(1) && p.client(get('/a')).close('reset'),
    lines: ['GET /a - unknown'],
  },
  {
    title: 'nothing of the server was ever captured: unknown, not closed',
    play: (p) => p.connection.unseen.add(1) && p.client(get('/a')).end(0).close('finished'),
    lines: ['GET /a - unknown'],
  },
  {
    title: 'nothing of the server was ever captured: unknown, not a timeout',
    play: (p) => p.connection.unseen.add(1) && p.client(get('/a')).wait(15_000),
    lines: ['GET /a - unknown'],
  },
  {
    title: 'nothing of the client was ever captured: answers without requests',
    play: (p) => p.connection.unseen.add(0) && p.server(answer(200, 'a') + head(304)).end(1),
    lines: ['- 200 answered received 1 incomplete', '- 304 answered incomplete'],
  },
];

for (const { title, play, lines } of endings) {
  test(title, () => {
    const playbook = new Playbook();
    play(playbook);
    assert.deepEqual(playbook.lines, lines);
    playbook.close('shutdown');
    assert.deepEqual(playbook.lines, lines, 'nothing is sent twice');
    assert.equal(playbook.counted, lines.length);
    assert.equal(playbook.timeouts.size, 0);
    assert.equal(playbook.connection.heldBytes, 0);
  });
}

test('every exchange is counted by its outcome', () => {
  const { counters } = new Playbook()
    .client(get('/a'))
    .server(answer(200, ''))
    .client(get('/b'))
    .wait(20_000)
    .client(get('/c'))
    .close('reset');
  assert.equal(counters.exchanges_answered, 1);
  assert.equal(counters.exchanges_timeout, 1);
  assert.equal(counters.exchanges_reset, 1);
  assert.equal(counters.exchanges_closed, 0);
  assert.equal(counters.exchanges_unknown, 0);
});
