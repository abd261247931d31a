import {
  Agent,
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { DemoCalls } from './demo-calls.ts';
import { serveSession, talkInSession } from './demo-session.ts';

/** Loopback addresses that play this pod and another one, and the names that requests call them by. */
const thisPod = { ip: '127.0.0.1', name: 'orders.demo' } as const;
const otherPod = { ip: '127.0.0.2', name: 'inventory.demo' } as const;
const billing = 'billing.demo';
const pauseMs = 250;
const longPauseMs = 2000;
/** Longer than any pause: a connection is not closed just when it is used again. */
const keepAliveTimeout = 60_000;

type Pod = typeof thisPod | typeof otherPod;

type Way = { readonly from: Pod; readonly to: Pod; readonly port: number };

type Call = {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

const incoming: readonly Call[] = [
  { path: '/' },
  { path: '/api/orders?page=2&access_token=not-for-the-log' },
  {
    method: 'POST',
    path: '/api/orders',
    headers: { 'content-type': 'application/json' },
    body: '{"item":"tea","count":2}',
  },
  { path: '/api/orders/4711/missing' },
  { path: '/api/report/stream' },
  { method: 'HEAD', path: '/' },
];

const outgoing: readonly Call[] = [
  { path: '/inventory/tea', headers: { authorization: 'Bearer not-for-the-log' } },
  { path: '/inventory/slow' },
  { method: 'PUT', path: '/inventory/tea', headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(20_000) },
  { path: '/inventory/broken' },
  { path: '/inventory/silent' },
];

/** Methods of gRPC: there is one, and not the other. */
const grpcPaths = ['/demo.Billing/Charge', '/demo.Billing/Refund'];

/** A small server and client that talk over loopback, in both directions, so that there is something to capture. */
export class DemoTraffic {
  readonly #servers: Server[] = [];
  readonly #calls = new DemoCalls();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #stopping = new AbortController();
  readonly #giveUpMs: number;
  #session: ClientRequest | undefined;
  /** Of this pod and of the other one, and of the server of gRPC there. */
  #ports: readonly [number, number, number] = [0, 0, 0];

  /** `giveUpMs`: how long to wait for an answer that does not come. */
  constructor(giveUpMs: number) {
    this.#giveUpMs = giveUpMs;
  }

  get ports(): readonly number[] {
    return this.#ports;
  }

  /** Rejects when the addresses cannot be used. */
  async listen(): Promise<void> {
    const grpcPort = await this.#calls.listen(otherPod.ip);
    this.#ports = [await this.#listen(thisPod.ip), await this.#listen(otherPod.ip), grpcPort];
  }

  /** Has one conversation; resolves when it is over, rejects when it is stopped. */
  async talk(): Promise<void> {
    const [here, there, grpcPort] = this.#ports;
    for (const call of incoming) await this.#call(call, { from: otherPod, to: thisPod, port: here });
    await this.#talkInSession(here);
    for (const path of grpcPaths) {
      await this.#calls.call(path, { from: thisPod.ip, to: otherPod.ip, port: grpcPort, authority: billing });
      await this.#pause();
    }
    for (const call of outgoing) await this.#call(call, { from: thisPod, to: otherPod, port: there });
  }

  /** Has one conversation after the other; rejects when it is stopped. */
  async keepTalking(): Promise<never> {
    for (;;) {
      await this.talk();
      await delay(longPauseMs, undefined, { signal: this.#stopping.signal });
    }
  }

  stop(): void {
    this.#stopping.abort();
    this.#agent.destroy();
    this.#session?.destroy();
    this.#calls.stop();
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
  }

  async #listen(host: string): Promise<number> {
    const server = createServer({ keepAliveTimeout }, answer).on('upgrade', serveSession);
    this.#servers.push(server);
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
    return (server.address() as AddressInfo).port;
  }

  async #call({ method = 'GET', path, headers, body }: Call, { from, to, port }: Way): Promise<void> {
    await new Promise<void>((resolve) => {
      const options = {
        host: to.ip,
        port,
        method,
        path,
        headers: { host: to.name, 'user-agent': 'demo', ...headers },
        localAddress: from.ip,
        agent: this.#agent,
      };
      const outgoingRequest = request(options, (response) => {
        response.resume();
        response.once('close', resolve);
      });
      outgoingRequest.once('error', () => resolve());
      outgoingRequest.setTimeout(this.#giveUpMs, () => outgoingRequest.destroy());
      outgoingRequest.end(body);
    });
    await this.#pause();
  }

  async #talkInSession(port: number): Promise<void> {
    const headers = { host: thisPod.name, 'user-agent': 'demo' };
    const options = { host: thisPod.ip, port, path: '/live', headers, localAddress: otherPod.ip, agent: false };
    await talkInSession(options, (opening) => {
      this.#session = opening;
    });
    await this.#pause();
  }

  async #pause(): Promise<void> {
    await delay(pauseMs, undefined, { signal: this.#stopping.signal });
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume();
  const path = request.url ?? '/';
  if (path.endsWith('/silent')) return;
  if (path.endsWith('/missing')) return send(response, 404, 'no such order');
  if (path.endsWith('/broken')) return send(response, 500, 'out of tea');
  if (path.endsWith('/slow')) await delay(800);
  if (path.endsWith('/stream')) return stream(response);
  const created = request.method === 'POST';
  send(response, created ? 201 : 200, JSON.stringify({ path: path.split('?')[0], ok: true }));
}

function send(response: ServerResponse, status: number, body: string): void {
  const type = body.startsWith('{') ? 'application/json' : 'text/plain';
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** Without a length the body goes out in chunks. */
async function stream(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/csv' });
  for (let row = 0; row < 5; row++) {
    response.write(`row ${row},${'.'.repeat(200)}\n`);
    await delay(60);
  }
  response.end();
}
