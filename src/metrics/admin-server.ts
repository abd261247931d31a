import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { visibleText } from '../bytes/visible-text.ts';
import type { OwnTraffic } from '../sink/own-traffic.ts';
import { acceptedFormat, contentTypes, type Format } from './exposition.ts';
import { type ListenAddress, listen } from './listen.ts';
import type { Metric } from './metric.ts';
import { lengthOf } from './rendering.ts';
import { SharedRendering } from './shared-rendering.ts';

export type AdminServerOptions = ListenAddress & {
  /** Made anew at most once a second. */
  readonly metrics: () => readonly Metric[];
  /** Why the logger is not ready; `undefined` when it is. */
  readonly unready: () => string | undefined;
  /** Scrapes and probes are not logged as traffic. */
  readonly ownTraffic: OwnTraffic;
};

/** Peers that hold connections open or send slowly must not cost more: a scraper and the probes need three. */
const maxConnections = 16;
const headersTimeoutMs = 5000;
const requestTimeoutMs = 10_000;
/** How often the two above are checked. */
const timeoutCheckMs = 5000;
/** How long a peer may take to read its answer. */
const answerTimeoutMs = 10_000;

/** `/metrics`, `/healthz` and `/readyz` for all who reach the port: nothing secret, nothing that changes anything. */
export class AdminServer {
  readonly #options: AdminServerOptions;
  readonly #server: Server;
  /** Whoever scrapes usually asks for one of them. */
  readonly #renderings: { readonly [F in Format]: SharedRendering };
  /** The oldest first. */
  readonly #connections = new Set<Socket>();

  constructor(options: AdminServerOptions) {
    this.#options = options;
    const { metrics } = options;
    this.#renderings = {
      prometheus: new SharedRendering({ metrics, format: 'prometheus' }),
      openmetrics: new SharedRendering({ metrics, format: 'openmetrics' }),
    };
    this.#server = createServer(
      {
        headersTimeout: headersTimeoutMs,
        requestTimeout: requestTimeoutMs,
        connectionsCheckingInterval: timeoutCheckMs,
        maxHeaderSize: 8192,
      },
      (request, response) => this.#serve(request, response),
    );
    // Requests that are sent without waiting for answers would pile these up.
    this.#server.maxRequestsPerSocket = 1;
    this.#server.on('connection', (socket) => this.#admit(socket));
    // It must not keep the process alive, and no connection may end it.
    this.#server.unref();
    this.#server.on('error', () => {});
    this.#server.on('clientError', (_, socket) => socket.destroy());
  }

  /** Resolves with the port, or with why there is no server: a clause. */
  listen(): Promise<number | string> {
    return listen(this.#server, this.#options);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** When there are too many, the oldest gives way: a probe is answered at once, and idle connections can wait. */
  #admit(socket: Socket): void {
    this.#connections.add(socket);
    socket.once('close', () => this.#connections.delete(socket));
    this.#options.ownTraffic.watch(socket);
    if (this.#connections.size <= maxConnections) return;
    for (const oldest of this.#connections) {
      this.#connections.delete(oldest);
      oldest.destroy();
      return;
    }
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', () => {});
    const timer = setTimeout(() => request.socket.destroy(), answerTimeoutMs).unref();
    response.once('close', () => clearTimeout(timer));
    request.resume();
    const { method, url = '' } = request;
    for (const [name, value] of Object.entries({ ...commonHead, ...this.#options.ownTraffic.responseMark })) {
      response.setHeader(name, value);
    }
    if (method !== 'GET' && method !== 'HEAD') return answer(response, 405, 'only GET and HEAD\n');
    switch (url.split('?', 1)[0]) {
      case '/metrics':
        void this.#sendMetrics(request, response);
        return;
      case '/healthz':
        return answer(response, 200, 'ok\n');
      case '/readyz': {
        const reason = this.#options.unready();
        return answer(response, reason === undefined ? 200 : 503, `${visibleText(reason ?? 'ok')}\n`);
      }
      default:
        return answer(response, 404, 'there are /metrics, /healthz and /readyz\n');
    }
  }

  async #sendMetrics({ method, headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const format = acceptedFormat(headers.accept);
    const head = { 'content-type': contentTypes[format] };
    if (method === 'HEAD') return void response.writeHead(200, head).end();
    const shared = this.#renderings[format];
    const rendering = await shared.take().catch(() => undefined);
    if (rendering === undefined) return answer(response, 500, 'the metrics could not be put together\n');
    if (response.destroyed) return shared.release(rendering);
    response.once('close', () => shared.release(rendering));
    response.writeHead(200, { ...head, 'content-length': lengthOf(rendering) });
    // One call of the kernel takes all of it.
    response.cork();
    for (const part of rendering) response.write(part);
    response.end();
  }
}

const commonHead = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

function answer(response: ServerResponse, status: number, text: string): void {
  if (status === 405) response.setHeader('allow', 'GET, HEAD');
  const head = { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, head).end(text);
}
