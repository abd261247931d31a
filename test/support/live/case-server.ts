// Run by the live tests in a network namespace: an HTTP server with one path for every way to answer, which also is a
// proxy (CONNECT) and speaks WebSocket; and an encrypted one beside it. Prints one line when it listens.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { gzipped } from './gzipped.ts';
import { presharedKey, presharedKeyOptions } from './preshared-key.ts';

const { port, tlsPort } = JSON.parse(process.argv[2] ?? '{}');

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const answers: { readonly [path: string]: Answer } = {
  '/text': (_, response) => response.setHeader('content-length', 11).end('hello world'),
  '/missing': (_, response) => response.writeHead(404).end('not here'),
  '/error': (_, response) => response.writeHead(500).end('broken'),
  '/moved': (_, response) => response.writeHead(301, { location: '/text' }).end(),
  '/unchanged': (_, response) => response.writeHead(304, { etag: '"1"' }).end(),
  '/nothing': (_, response) => response.writeHead(204).end(),
  '/echo': (request, response) => request.pipe(response),
  '/gzip': (_, response) =>
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipped),
  '/large': (_, response) => response.setHeader('content-length', 20_000_000).end(Buffer.alloc(20_000_000, 'x')),
  '/slow': (_, response) => setTimeout(() => response.end('at last'), 600),
  '/late': (_, response) => setTimeout(() => response.end('too late'), 2500),
  '/silent': () => {},
  '/chunked': (_, response) => {
    for (let chunk = 0; chunk < 5; chunk++) response.write('y'.repeat(1000));
    response.end();
  },
  '/endless': (_, response) => {
    const more = setInterval(() => response.write(Buffer.alloc(10_000, 'z')), 5);
    response.on('close', () => clearInterval(more));
  },
};

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (path.startsWith('/bytes/')) response.end(Buffer.alloc(Number(path.slice(7)), 'b'));
  else (answers[path] ?? answers['/missing'])?.(request, response);
}

const server = createServer({ keepAliveTimeout: 60_000 }, answer);
server.on('checkExpectation', (_, response: ServerResponse) => response.writeHead(417).end('no'));
server.on('upgrade', (_, socket, early) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
  socket.write(early);
  socket.pipe(socket);
});
server.on('connect', (request: IncomingMessage, socket) => {
  if (request.url === 'refused.example:80') {
    socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno!');
    return;
  }
  const target = connect(port, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    target.pipe(socket).pipe(target);
  });
  target.on('error', () => socket.destroy());
});
server.on('connection', (socket) => socket.on('error', () => {}));

const tls = createTlsServer({ ...presharedKeyOptions, pskCallback: () => presharedKey }, (socket) => {
  socket.on('error', () => {}).on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
});

server.listen(port, '::', () => tls.listen(tlsPort, '::', () => console.log('{"listening":true}')));
