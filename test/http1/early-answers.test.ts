import { answer, get, head, post } from '../support/http1/playbook.ts';
import { testConversations } from '../support/http1/test-conversations.ts';

testConversations([
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
    lines: ['GET /a 200 answered', '- 400 answered'],
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
]);
