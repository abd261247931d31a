// Stands for the application of the manifests: answers every request at once, with its path, on port 80 or PORT.
import { createServer } from 'node:http';

createServer((request, response) => {
  response.setHeader('content-type', 'text/plain');
  response.end(`${request.url}\n`);
}).listen(Number(process.env.PORT ?? 80));
process.on('SIGTERM', () => process.exit(0));
