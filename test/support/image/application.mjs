// Stands for the application of the manifests: answers every request at once, with its path, on port 80 or PORT.
import { createServer } from 'node:http';

// A busy client may find a connection closed that it takes up again just then: it is kept for longer than any stall.
createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  response.setHeader('content-type', 'text/plain');
  response.end(`${request.url}\n`);
}).listen(Number(process.env.PORT ?? 80));
process.on('SIGTERM', () => process.exit(0));
