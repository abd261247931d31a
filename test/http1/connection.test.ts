import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, get, head, Playbook, post } from '../support/http1/playbook.ts';
import { testConversations } from '../support/http1/test-conversations.ts';

const continues = 'Expect: 100-continue';

testConversations([
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
    title: 'HTTP/0.9: a request whose answer has no status',
    play: (p) => p.client('GET /old\r\n').server('<html>old</html>').finish(),
    lines: ['GET /old ? answered received 16'],
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
    lines: ['POST /a 200 answered sent 1', 'GET /b - unknown', '- 201 answered'],
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
      '- 201 answered received 1',
      '- 202 answered received 1',
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
    lines: ['- 408 answered', 'GET /a 200 answered received 1'],
  },
  {
    title: 'two responses to one request: the second is nobody else’s',
    play: (p) =>
      p
        .client(get('/a'))
        .server(answer(200, '') + answer(201, ''))
        .client(get('/b'))
        .server(answer(202, '')),
    lines: ['GET /a 200 answered', '- 201 answered', 'GET /b 202 answered'],
  },
  {
    title: 'an interim answer to nobody',
    play: (p) => p.server(head(100)).client(get('/a')).server(answer(200, '')),
    lines: ['GET /a 200 answered'],
  },
]);

test('a message that is cut anywhere gives the same exchange', () => {
  const client = post('/a', 'body', continues);
  const server = head(100) + answer(200, 'hello');
  const expected = ['POST /a 200 answered after 100 sent 4 received 5'];
  for (let at = 0; at <= client.length; at++) {
    const playbook = new Playbook().client(client.slice(0, at)).client(client.slice(at)).server(server);
    assert.deepEqual(playbook.lines, expected);
  }
  for (let at = 0; at <= server.length; at++) {
    const playbook = new Playbook().client(client).server(server.slice(0, at)).server(server.slice(at));
    assert.deepEqual(playbook.lines, expected);
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
