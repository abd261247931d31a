import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, get, head, Playbook, post } from './playbook.ts';

type Conversation = {
  readonly title: string;
  readonly play: (playbook: Playbook) => unknown;
  readonly lines: readonly string[];
};

const continues = 'Expect: 100-continue';

const conversations: readonly Conversation[] = [
  {
    title: 'lock-step on one connection',
    play: (p) =>
      p
        .client(get('/a'))
        .server(answer(200, 'a'))
        .client(post('/b', 'bb'))
        .server(answer(404, ''))
        .client(get('/c'))
        .server(head(304)),
    lines: ['GET /a 200 answered received 1', 'POST /b 404 answered sent 2', 'GET /c 304 answered'],
  },
  {
    title: 'pipelined',
    play: (p) =>
      p
        .client(get('/a') + post('/b', 'bb') + get('/c'))
        .server(answer(200, 'a') + answer(201, ''))
        .client(get('/d'))
        .server(answer(203, 'ccc') + answer(500, '')),
    lines: [
      'GET /a 200 answered received 1',
      'POST /b 201 answered sent 2',
      'GET /c 203 answered received 3',
      'GET /d 500 answered',
    ],
  },
  {
    title: 'HEAD is answered without a body, and the next answer is found',
    play: (p) =>
      p
        .client('HEAD /a HTTP/1.1\r\n\r\n')
        .server(head(200, 'Content-Length: 999'))
        .client(get('/b'))
        .server(answer(200, 'b')),
    lines: ['HEAD /a 200 answered', 'GET /b 200 answered received 1'],
  },
  {
    title: 'interim answers',
    play: (p) =>
      p
        .client(get('/a'))
        .server(head(102) + head(103) + head(103))
        .server(answer(200, 'a')),
    lines: ['GET /a 200 answered after 102,103,103 received 1'],
  },
  {
    title: 'very many interim answers are not all kept',
    play: (p) => p.client(get('/a')).server(head(102).repeat(1000)).server(answer(200, '')),
    lines: [`GET /a 200 answered after ${Array(16).fill(102).join(',')}`],
  },
  {
    title: '100-continue accepted',
    play: (p) =>
      p
        .client('POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n')
        .server(head(100))
        .client('body')
        .server(answer(201, 'ok')),
    lines: ['POST /a 201 answered after 100 sent 4 received 2'],
  },
  {
    title: '100-continue not waited for',
    play: (p) =>
      p
        .client(post('/a', 'body', continues))
        .server(head(100))
        .server(answer(201, '')),
    lines: ['POST /a 201 answered after 100 sent 4'],
  },
  {
    title: '100-continue refused: no body, the next request comes directly',
    play: (p) =>
      p
        .client(post('/a', 'body', continues).slice(0, -4))
        .server(answer(417, 'no'))
        .client(get('/b'))
        .server(answer(200, 'b')),
    lines: ['POST /a 417 answered received 2', 'GET /b 200 answered received 1'],
  },
  {
    title: '100-continue refused: the body comes nevertheless',
    play: (p) =>
      p
        .client(post('/a', 'body', continues).slice(0, -4))
        .server(answer(417, 'no'))
        .client('body')
        .client(get('/b'))
        .server(answer(200, 'b')),
    lines: ['POST /a 417 answered received 2', 'GET /b 200 answered received 1'],
  },
  {
    title: '100-continue refused: the body comes nevertheless, with the next request behind it',
    play: (p) =>
      p
        .client(post('/a', '{"b":1}', continues).slice(0, -7))
        .server(answer(417, 'no'))
        .client(`{"b":1}${get('/b')}`)
        .server(answer(200, 'b')),
    lines: ['POST /a 417 answered received 2', 'GET /b 200 answered received 1'],
  },
  {
    title: '100-continue refused, chunked body sent nevertheless',
    play: (p) =>
      p
        .client(`POST /a HTTP/1.1\r\n${continues}\r\nTransfer-Encoding: chunked\r\n\r\n`)
        .server(answer(417, 'no'))
        .client(`4\r\nbody\r\n0\r\n\r\n${get('/b')}`)
        .server(answer(200, 'b')),
    lines: ['POST /a 417 answered received 2', 'GET /b 200 answered received 1'],
  },
  {
    title: 'an early answer, the upload goes on, the next request follows',
    play: (p) =>
      p
        .client(post('/a', 'x'.repeat(100)).slice(0, -60))
        .server(answer(200, 'early'))
        .client('x'.repeat(60))
        .client(get('/b'))
        .server(answer(200, 'b')),
    lines: ['POST /a 200 answered sent 100 received 5', 'GET /b 200 answered received 1'],
  },
  {
    title: 'an early answer, then the server closes',
    play: (p) =>
      p
        .client(post('/a', 'x'.repeat(100)).slice(0, -60))
        .server(answer(413, 'too much', 'Connection: close'))
        .end(1)
        .client('x'.repeat(30))
        .close('reset'),
    lines: ['POST /a 413 answered sent 40 received 8'],
  },
  {
    title: 'an early answer that lasts until the server closes',
    play: (p) =>
      p
        .client(post('/a', 'x'.repeat(100)).slice(0, -60))
        .server(`${head(413)}too much`)
        .client('x'.repeat(30))
        .end(1)
        .close('reset'),
    lines: ['POST /a 413 answered sent 70 received 8'],
  },
  {
    title: 'an answer to half a head is its own, and no rest of it is taken for the next request',
    play: (p) =>
      p
        .client('GET /a HTTP/1.1\r\nHost')
        .server(answer(408, ''))
        .client(': a\r\n\r\n')
        .client(get('/b'))
        .server(answer(200, ''))
        .finish(),
    lines: ['GET /a 408 answered', 'GET /b 200 answered'],
  },
  {
    title: 'an answer to half a first line is nobody’s',
    play: (p) => p.client(get('/a')).server(answer(200, '')).client('GET /b').server(answer(400, '')).finish(),
    lines: ['GET /a 200 answered', '- 400 answered incomplete'],
  },
  {
    title: 'while a request waits, an answer is not that of half a head',
    play: (p) =>
      p
        .client(`${get('/a')}GET /b HTTP/1.1\r\n`)
        .server(answer(200, ''))
        .client('Host: b\r\n\r\n')
        .server(answer(201, ''))
        .finish(),
    lines: ['GET /a 200 answered', 'GET /b 201 answered'],
  },
  {
    title: 'an interim answer to half a head does not end it',
    play: (p) =>
      p.client('GET /a HTTP/1.1\r\n').server(head(102)).client('Host: a\r\n\r\n').server(answer(200, '')).finish(),
    lines: ['GET /a 200 answered'],
  },
  {
    title: 'after loss, an answer to half a head may be that of a lost request',
    play: (p) =>
      p
        .gap(0, 30)
        .client('GET /b HTTP/1.1\r\n')
        .server(answer(200, ''))
        .client('Host: b\r\n\r\n')
        .server(answer(201, ''))
        .finish(),
    lines: ['- 200 answered incomplete', 'GET /b 201 answered'],
  },
  ...['', 'he', 'hello'].map((early) => ({
    title: `CONNECT with a body, refused when ${early.length} of its bytes had come`,
    play: (p: Playbook) =>
      p
        .client('CONNECT b:443 HTTP/1.1\r\nContent-Length: 5\r\n\r\n')
        .client(early)
        .server(answer(405, ''))
        .client('hello'.slice(early.length))
        .client(get('/b'))
        .server(answer(200, '')),
    lines: ['CONNECT b:443 405 answered', 'GET /b 200 answered'],
  })),
  {
    title: 'CONNECT with a body that is never sent, refused',
    play: (p) =>
      p
        .client('CONNECT b:443 HTTP/1.1\r\nContent-Length: 5\r\n\r\n')
        .server(answer(405, ''))
        .client(get('/b'))
        .server(answer(200, '')),
    lines: ['CONNECT b:443 405 answered', 'GET /b 200 answered'],
  },
  {
    title: 'CONNECT accepted: what follows is not read',
    play: (p) =>
      p
        .client('CONNECT b:443 HTTP/1.1\r\n\r\n')
        .server(head(200))
        .client(get('/inside'))
        .server(answer(200, 'inside'))
        .finish(),
    lines: ['CONNECT b:443 200 answered'],
  },
  {
    title: 'CONNECT refused, and tried again on the same connection',
    play: (p) =>
      p
        .client('CONNECT b:443 HTTP/1.1\r\n\r\n')
        .server(answer(407, 'who?'))
        .client('CONNECT b:443 HTTP/1.1\r\nProxy-Authorization: x\r\n\r\n')
        .server(head(200))
        .client('\x16\x03\x01')
        .finish(),
    lines: ['CONNECT b:443 407 answered received 4', 'CONNECT b:443 200 answered'],
  },
  {
    title: 'CONNECT refused, and another request',
    play: (p) =>
      p
        .client('CONNECT b:443 HTTP/1.1\r\n\r\n')
        .server(answer(403, ''))
        .client(get('/b'))
        .server(answer(200, 'b'))
        .finish(),
    lines: ['CONNECT b:443 403 answered', 'GET /b 200 answered received 1'],
  },
  {
    title: 'CONNECT refused after the client had gone on: what it said was not read, so nothing is paired with it',
    play: (p) =>
      p
        .client('CONNECT b:443 HTTP/1.1\r\n\r\n')
        .client(get('/unread'))
        .server(answer(403, ''))
        .client(get('/b'))
        .server(answer(201, '') + answer(202, ''))
        .finish(),
    lines: [
      'CONNECT b:443 403 answered',
      'GET /b - unknown incomplete',
      '- 201 answered incomplete',
      '- 202 answered incomplete',
    ],
  },
  {
    title: 'Upgrade accepted: what follows is not read',
    play: (p) =>
      p
        .client(get('/ws', 'Upgrade: websocket'))
        .server(`${head(101)}\x81\x02hi`)
        .client('\x81\x02hi')
        .server(answer(200, ''))
        .finish(),
    lines: ['GET /ws 101 answered'],
  },
  {
    title: 'Upgrade refused with 200 and with 426',
    play: (p) =>
      p
        .client(get('/a', 'Upgrade: h2c'))
        .server(answer(200, 'a'))
        .client(get('/b', 'Upgrade: websocket'))
        .server(answer(426, ''))
        .client(get('/c'))
        .server(answer(200, 'c')),
    lines: ['GET /a 200 answered received 1', 'GET /b 426 answered', 'GET /c 200 answered received 1'],
  },
  {
    title: 'HTTP/0.9: a request whose answer has no status',
    play: (p) => p.client('GET /old\r\n').server('<html>old</html>').finish(),
    lines: ['GET /old - unknown'],
  },
  {
    title: 'HTTP/0.9: a request whose answer has a status after all',
    play: (p) => p.client('GET /old\r\n').server('HTTP/1.0 400 Bad Request\r\n\r\nold').finish(),
    lines: ['GET /old 400 answered received 3'],
  },
  {
    title: 'a request without a version, but with fields, and the next one',
    play: (p) =>
      p
        .client('GET /a\r\n')
        .client('Host: a\r\n')
        .client('\r\n')
        .server(answer(200, ''))
        .client(get('/b'))
        .server(answer(201, '')),
    lines: ['GET /a 200 answered', 'GET /b 201 answered'],
  },
  {
    title: 'versions of another form, and the next exchange',
    play: (p) =>
      p
        .client('GET /a http/1.1\r\n\r\n')
        .server('HTTP/1.10 200 OK\r\nContent-Length: 2\r\n\r\nhi')
        .client(get('/b'))
        .server(answer(201, '')),
    lines: ['GET /a 200 answered received 2', 'GET /b 201 answered'],
  },
  {
    title: 'an interim answer with a body, in one segment with the final answer',
    play: (p) => p.client(get('/a')).server(answer(100, 'fooo') + answer(200, 'hi')),
    lines: ['GET /a 200 answered after 100 received 2'],
  },
  {
    title: 'HTTP/1.0: until the server closes',
    play: (p) => p.client('GET /a HTTP/1.0\r\n\r\n').server('HTTP/1.0 200 OK\r\n\r\nall of it').finish(),
    lines: ['GET /a 200 answered received 9'],
  },
  {
    title: 'more request body than announced: what comes next is not paired',
    play: (p) =>
      p
        .client(`${post('/a', 'a')}\0\0`)
        .server(answer(200, ''))
        .client(get('/b'))
        .server(answer(201, ''))
        .finish(),
    lines: ['POST /a 200 answered sent 1', 'GET /b - unknown incomplete', '- 201 answered incomplete'],
  },
  {
    title: 'more response body than announced: the next exchange is fine',
    play: (p) =>
      p
        .client(get('/a'))
        .server(`${answer(200, 'a')} and more`)
        .client(get('/b'))
        .server(answer(201, 'b')),
    lines: ['GET /a 200 answered received 1', 'GET /b 201 answered received 1'],
  },
  {
    title: 'damage between pipelined responses: nothing waiting is paired any more',
    play: (p) =>
      p
        .client(get('/a') + get('/b') + get('/c'))
        .server(`${answer(200, 'a')}???`)
        .server(answer(201, 'b'))
        .server(answer(202, 'c')),
    lines: [
      'GET /a 200 answered received 1',
      'GET /b - unknown',
      'GET /c - unknown',
      '- 201 answered received 1 incomplete',
      '- 202 answered received 1 incomplete',
    ],
  },
  {
    title: 'a chunked response that breaks off in the middle is sent as far as it was understood',
    play: (p) =>
      p
        .client(get('/a'))
        .server(`${head(200, 'Transfer-Encoding: chunked')}2\r\nhi\r\nnonsense`)
        .client(get('/b'))
        .server(answer(201, '')),
    lines: ['GET /a 200 answered received 2', 'GET /b 201 answered'],
  },
  {
    title: 'a response without a request',
    play: (p) => p.server(answer(408, '')).client(get('/a')).server(answer(200, 'a')),
    lines: ['- 408 answered incomplete', 'GET /a 200 answered received 1'],
  },
  {
    title: 'two responses to one request: the second is nobody else’s',
    play: (p) =>
      p
        .client(get('/a'))
        .server(answer(200, '') + answer(201, ''))
        .client(get('/b'))
        .server(answer(202, '')),
    lines: ['GET /a 200 answered', '- 201 answered incomplete', 'GET /b 202 answered'],
  },
  {
    title: 'an interim answer to nobody',
    play: (p) => p.server(head(100)).client(get('/a')).server(answer(200, '')),
    lines: ['GET /a 200 answered'],
  },
];

for (const { title, play, lines } of conversations) {
  test(title, () => {
    const playbook = new Playbook();
    play(playbook);
    assert.deepEqual(playbook.lines, lines);
    playbook.close('shutdown');
    assert.deepEqual(playbook.lines, lines, 'nothing is left to be sent');
    assert.equal(playbook.connection.heldBytes, 0);
    assert.equal(playbook.timeouts.size, 0);
    assert.equal(playbook.counted, lines.length);
  });
}

test('a message that is cut anywhere gives the same exchange', () => {
  const client = post('/a', 'body', continues);
  const server = head(100) + answer(200, 'hello');
  const expected = ['POST /a 200 answered after 100 sent 4 received 5'];
  for (let at = 0; at <= client.length; at += 1) {
    const playbook = new Playbook().client(client.slice(0, at)).client(client.slice(at)).server(server);
    assert.deepEqual(playbook.lines, expected);
  }
  for (let at = 0; at <= server.length; at += 1) {
    const playbook = new Playbook().client(client).server(server.slice(0, at)).server(server.slice(at));
    assert.deepEqual(playbook.lines, expected);
  }
});

test('after a refused 100-continue, the next request is found wherever it is cut', () => {
  const next = get('/a-long-enough-target', 'Host: a');
  const refused = post('/a', 'x'.repeat(500), continues).slice(0, -500);
  for (let at = 0; at <= next.length; at += 1) {
    const playbook = new Playbook().client(refused).server(answer(417, ''));
    playbook.client(next.slice(0, at)).client(next.slice(at)).server(answer(200, ''));
    assert.deepEqual(
      playbook.lines,
      ['POST /a 417 answered', 'GET /a-long-enough-target 200 answered'],
      `cut at ${at}`,
    );
  }
});

test('after a refused 100-continue, a body sent nevertheless is passed over wherever it is cut', () => {
  const refused = post('/a', 'like GET / but not', continues).slice(0, -18);
  const rest = `like GET / but not${get('/b')}`;
  for (let at = 0; at <= rest.length; at += 1) {
    const playbook = new Playbook().client(refused).server(answer(417, ''));
    playbook.client(rest.slice(0, at)).client(rest.slice(at)).server(answer(200, ''));
    assert.deepEqual(playbook.lines, ['POST /a 417 answered', 'GET /b 200 answered'], `cut at ${at}`);
  }
});

test('times: first and last byte of each message, by capture time', () => {
  const playbook = new Playbook();
  playbook.client(post('/a', 'bod')).client('').client('');
  playbook.server(answer(200, 'answer').slice(0, -3)).server('').server('wer');
  const [exchange] = playbook.exchanges;
  assert.equal(exchange?.request?.firstByteTime, 1000);
  assert.equal(exchange?.request?.lastByteTime, 1000);
  assert.equal(exchange?.request?.sequence, 1000);
  assert.equal(exchange?.response?.firstByteTime, 4000);
  assert.equal(exchange?.response?.lastByteTime, 6000);
  assert.equal(exchange?.response?.sequence, 5000);
});

test('times of messages that are cut, and of the second ones on a connection', () => {
  const playbook = new Playbook().client(get('/a')).server(answer(200, ''));
  playbook.client('POST /b HT').client('TP/1.1\r\nContent-Length: 2\r\n\r\n').client('h').client('i');
  playbook.server('HTTP/1.1').server(' 200 OK\r\nContent-Length: 1\r\n\r\n').server('x');
  const { request, response } = playbook.exchanges[1] ?? {};
  assert.deepEqual([request?.firstByteTime, request?.lastByteTime], [3000, 6000]);
  assert.deepEqual([response?.firstByteTime, response?.lastByteTime], [7000, 9000]);
  assert.equal(request?.sequence, 1000 + get('/a').length);
  assert.equal(response?.sequence, 5000 + answer(200, '').length);
});

test('the endpoints name client and server, whichever side spoke first', () => {
  const { exchanges } = new Playbook().client(get('/a')).server(answer(200, ''));
  assert.deepEqual(exchanges[0]?.endpoints, {
    clientIp: '10.0.0.1',
    clientPort: 40_000,
    serverIp: '10.0.0.2',
    serverPort: 80,
    direction: 'unknown',
  });
});
