import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { DropArgument } from 'node:net';
import type { OwnTraffic } from '../sink/own-traffic.ts';
import { acceptedFormat, contentTypes, formatMetrics } from './exposition.ts';
import type { Metric } from './metric.ts';

export type AdminServerOptions = {
  /** `undefined`: all addresses. */
  readonly host: string | undefined;
  readonly port: number;
  /** Made anew for each scrape. */
  readonly metrics: () => readonly Metric[];
  /** Why the logger is not ready; `undefined` when it is. */
  readonly unready: () => string | undefined;
  /** Scrapes and probes are not logged as traffic. */
  readonly ownTraffic: OwnTraffic;
};

type Answer = { readonly status: number; readonly type: string; readonly text: string };

/** Who holds connections open or sends slowly must not cost more than this: a scraper and the probes need three. */
const maxConnections = 16;
const headersTimeoutMs = 5000;
const requestTimeoutMs = 10_000;
const plain = 'text/plain; charset=utf-8';

/** `/metrics`, `/healthz` and `/readyz`, for whoever can reach the port: nothing secret, nothing that changes anything. */
export class AdminServer {
  readonly #options: AdminServerOptions;
  readonly #server: Server;

  constructor(options: AdminServerOptions) {
    this.#options = options;
    this.#server = createServer(
      { headersTimeout: headersTimeoutMs, requestTimeout: requestTimeoutMs, maxHeaderSize: 8192 },
      (request, response) => this.#serve(request, response),
    );
    this.#server.maxConnections = maxConnections;
    this.#server.on('connection', (socket) => options.ownTraffic.watch(socket));
    this.#server.on('drop', (ends?: DropArgument) => options.ownTraffic.refused(ends ?? {}));
    // It must not keep the process alive, and no connection may end it.
    this.#server.unref();
    this.#server.on('clientError', (_, socket) => socket.destroy());
  }

  /** Resolves with the port, or with why there is no server: a sentence. */
  listen(): Promise<number | string> {
    const { host, port } = this.#options;
    return new Promise((resolve) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => resolve(problemOf(error, port)));
      this.#server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { status, type, text } = this.#answer(request);
    response.on('error', () => {});
    response.writeHead(status, {
      ...this.#options.ownTraffic.responseMark,
      'content-type': type,
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : text);
    request.resume();
  }

  #answer({ method, url = '', headers }: IncomingMessage): Answer {
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, type: plain, text: 'only GET and HEAD\n' };
    switch (url.split('?', 1)[0]) {
      case '/metrics': {
        const format = acceptedFormat(headers.accept);
        return { status: 200, type: contentTypes[format], text: formatMetrics(this.#options.metrics(), format) };
      }
      case '/healthz':
        return { status: 200, type: plain, text: 'ok\n' };
      case '/readyz': {
        const reason = this.#options.unready();
        return { status: reason === undefined ? 200 : 503, type: plain, text: `${reason ?? 'ok'}\n` };
      }
      default:
        return { status: 404, type: plain, text: 'there are /metrics, /healthz and /readyz\n' };
    }
  }
}

function problemOf({ code, message }: NodeJS.ErrnoException, port: number): string {
  if (code === 'EADDRINUSE') return `port ${port} is taken by another process`;
  if (code === 'EACCES') return `port ${port} is only for root`;
  if (code === 'EADDRNOTAVAIL') return 'METRICS_HOST is no address of this pod';
  return message;
}
