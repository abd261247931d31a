// A service on PORT: `/call?url=` asks that and answers with it, `/slow?ms=` waits, `/large?bytes=` has that much to
// say, anything else says which pod it is. After SIGTERM it finishes what it has begun.
import http from 'node:http';

const { PORT = '8080', HOSTNAME } = process.env;
const agent = new http.Agent({ keepAlive: true });

function call(url, response) {
  const outgoing = http.get(url, { agent }, (answer) => {
    response.writeHead(answer.statusCode);
    answer.pipe(response);
  });
  outgoing.on('error', (error) => response.writeHead(502).end(`${error}\n`));
}

const server = http.createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://service');
  if (pathname === '/call') call(searchParams.get('url'), response);
  else if (pathname === '/slow') setTimeout(() => response.end(`${HOSTNAME}\n`), Number(searchParams.get('ms')));
  else if (pathname === '/large') response.end('x'.repeat(Number(searchParams.get('bytes'))));
  else response.end(`${HOSTNAME}\n`);
});
server.keepAliveTimeout = 60_000;
server.listen(Number(PORT), '::');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
