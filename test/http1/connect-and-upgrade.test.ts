import { answer, get, head, type Playbook } from '../support/http1/playbook.ts';
import { testConversations } from '../support/http1/test-conversations.ts';

testConversations([
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
    lines: ['CONNECT b:443 403 answered', 'GET /b - unknown', '- 201 answered', '- 202 answered'],
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
]);
