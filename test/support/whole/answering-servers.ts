import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { pack, UnpackrStream } from 'msgpackr';

/**
 * Servers that answer as log servers do and look at no record: whatever is sent must be recorded, not retried. Those
 * that tests of the sinks use check what they are sent.
 */

/** A forward input: acknowledges each chunk. */
export function createForwardServer() {
  return createTcpServer((socket: Socket) => {
    const messages = new UnpackrStream({ mapsAsObjects: true, useRecords: false });
    socket.on('error', () => {});
    messages.on('error', () => socket.destroy());
    messages.on('data', (message: readonly [string, Buffer, { readonly chunk?: string } | undefined]) => {
      const chunk = message[2]?.chunk;
      if (chunk !== undefined) socket.write(pack({ ack: chunk }));
    });
    socket.pipe(messages);
  });
}

/** Elasticsearch: has no index template yet, and takes every document that it does not have. */
export function createSearchServer(info: object) {
  const stored = new Set<string>();
  return createServer(async (request, response) => {
    const { method, url = '', headers } = request;
    const body = await bodyOf(request);
    if (url === '/') return json(response, 200, info);
    if (!url.includes('/_bulk')) return json(response, method === 'PUT' ? 200 : 404, { acknowledged: true });
    const text = (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('latin1');
    const actions = text.split('\n').filter((_, line, lines) => line % 2 === 0 && line < lines.length - 1);
    const items = actions.map((action) => {
      const status = stored.has(action) ? 409 : 201;
      stored.add(action);
      return { create: { status } };
    });
    json(response, 200, { errors: false, items });
  });
}

/** Logstash's `http` input. */
export function createInputServer() {
  return createServer(async (request, response) => {
    await bodyOf(request);
    response.end('ok');
  });
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return Buffer.concat(await request.toArray());
}

function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
