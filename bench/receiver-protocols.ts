import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { ForwardServer } from '../test/support/sink/forward-server.ts';
import type { ReceiverTally } from './receiver-tally.ts';

/** Begins to take records; resolves to the port, when it listens on one. */
type Receive = (tally: ReceiverTally, path: string) => Promise<number | undefined>;

const loopback = '127.0.0.1';

/** The table of what log servers speak, as well as it is needed to take records fast and to answer as they do. */
export const receiverProtocols = {
  /** Forward protocol, with acknowledgements; read by a MessagePack library. */
  forward: async (tally) => {
    const server = new ForwardServer();
    server.store = (entries) => {
      for (const { record, time } of entries) tally.add(record.id, time / 1000);
    };
    return (await server.start()).port;
  },
  /** Bulk API of a new server: it has no templates yet, and an answer for each document. */
  bulk: (tally) =>
    serveHttp(async (request, response) => {
      const { method, url = '' } = request;
      const body = await bodyOf(request);
      response.statusCode = method === 'GET' && url !== '/' ? 404 : 200;
      const answer = url.includes('_bulk') ? takeBulk(tally, body) : url === '/' ? serverInfo : { acknowledged: true };
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer));
    }),
  /** Documents in the body of a request: one, a list of them, or one in each line. */
  http: (tally) =>
    serveHttp(async (request, response) => {
      const body = await bodyOf(request);
      if (body.startsWith('[')) for (const document of JSON.parse(body)) tally.addDocument(document);
      else for (const line of body.split('\n')) if (line !== '') tally.addJson(line);
      response.end('ok');
    }),
  tcp: async (tally) => {
    const server = createServer((socket) =>
      readLines(
        tally,
        socket.on('error', () => {}),
      ),
    ).listen(0, loopback);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },
  udp: async (tally) => {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
    socket.on('message', (datagram) => tally.addJson(datagram.toString()));
    socket.bind(0, loopback);
    await once(socket, 'listening');
    return socket.address().port;
  },
  /** A named pipe, or a file that is complete already. */
  path: async (tally, path) => {
    const stream = createReadStream(path, { highWaterMark: 1024 * 1024 });
    readLines(tally, stream);
    await once(stream, 'open');
    return undefined;
  },
} as const satisfies { readonly [protocol: string]: Receive };

export type ReceiverProtocol = keyof typeof receiverProtocols;

export function isReceiverProtocol(name: string): name is ReceiverProtocol {
  return Object.hasOwn(receiverProtocols, name);
}

const serverInfo = { version: { number: '8.17.0', build_flavor: 'default' }, tagline: 'You Know, for Search' };
const created = { create: { status: 201 } };

/** Each document has a line about it, and one of its own. */
function takeBulk(tally: ReceiverTally, body: string): object {
  const documents = body.split('\n').filter((_, index) => index % 2 === 1);
  for (const document of documents) tally.addJson(document);
  return { errors: false, items: documents.map(() => created) };
}

async function serveHttp(listener: RequestListener): Promise<number> {
  const server = createHttpServer(listener).listen(0, loopback);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
}

function readLines(tally: ReceiverTally, stream: Readable): void {
  createInterface({ input: stream }).on('line', (line) => tally.addJson(line));
}
