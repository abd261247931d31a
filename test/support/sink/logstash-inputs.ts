// Peers that take what Logstash's inputs take: `tcp` with codec json_lines, `udp` with codec json, `http`. Text that is
// no JSON ends in `failures`.
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { ownPort } from '../program/own-port.ts';
import type { Behaviour } from './contract.ts';

export type LogstashEvent = { readonly [field: string]: unknown };

/** What an input has taken. */
class Events {
  readonly all: LogstashEvent[] = [];
  readonly failures: string[] = [];

  get ids(): readonly string[] {
    return this.all.map((event) => String(event['id']));
  }

  take(text: string): void {
    try {
      const parsed: unknown = JSON.parse(text);
      this.all.push(...([parsed].flat() as LogstashEvent[]));
    } catch {
      this.failures.push(text);
    }
  }
}

export class TcpInput {
  readonly events = new Events();
  port = 0;
  /** Stops reading connections as soon as they are made. */
  isStuck = false;
  readonly #tls: TlsOptions | undefined;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(tls?: TlsOptions) {
    this.#tls = tls;
  }

  async start(): Promise<this> {
    if (this.#server !== undefined) return this;
    this.port ||= await ownPort();
    const take = (socket: Socket) => this.#take(socket);
    this.#server = this.#tls === undefined ? createServer(take) : createTlsServer(this.#tls, take);
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  /** `politely`: connections are ended, not cut off; what comes afterwards is not read. */
  async stop(politely = false): Promise<void> {
    for (const socket of this.#sockets) {
      socket.removeAllListeners('data');
      if (politely) socket.resume().end();
      else if (this.#tls === undefined) socket.resetAndDestroy();
      else socket.destroy();
    }
    const server = this.#server;
    this.#server = undefined;
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  }

  #take(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    if (this.isStuck) {
      socket.pause();
      return;
    }
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.events.take(line);
    });
    socket.on('end', () => {
      if (rest !== '') this.events.take(rest);
    });
  }
}

export class UdpInput {
  readonly events = new Events();
  port = 0;
  #socket: UdpSocket | undefined;

  async start(): Promise<this> {
    if (this.#socket !== undefined) return this;
    this.port ||= await ownPort();
    this.#socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
    this.#socket.on('message', (bytes) => this.events.take(bytes.toString()));
    this.#socket.bind(this.port, '127.0.0.1');
    await once(this.#socket, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    await new Promise<void>((resolve) => (socket === undefined ? resolve() : socket.close(() => resolve())));
  }
}

export class HttpInput {
  readonly events = new Events();
  readonly requests: IncomingMessage[] = [];
  port = 0;
  behaviour: Behaviour = 'working';
  /** Statuses that the next requests are answered with, their bodies not taken. */
  readonly answers: number[] = [];
  /** What is said with them. */
  answerText: (request: IncomingMessage) => string = () => 'no';
  readonly #user: string | undefined;
  #server: HttpServer | undefined;

  /** `user`: the only one that is let in, `NAME:PASSWORD`. */
  constructor(user?: string) {
    this.#user = user;
  }

  async start(): Promise<this> {
    if (this.#server !== undefined) return this;
    this.port ||= await ownPort();
    this.#server = createHttpServer(async (request, response) => {
      this.requests.push(request);
      const body = Buffer.concat(await request.toArray()).toString();
      const status = this.#statusFor(request);
      if (this.behaviour === 'silent') return;
      response.writeHead(status, status === 429 ? { 'retry-after': '0' } : {});
      if (status === 200) this.events.take(body);
      response.end(status === 200 ? 'ok' : this.answerText(request));
    });
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  }

  #statusFor({ method, headers }: IncomingMessage): number {
    const expected = this.#user && `Basic ${Buffer.from(this.#user).toString('base64')}`;
    if (expected !== undefined && headers.authorization !== expected) return 401;
    if (method !== 'POST' || headers['content-type'] !== 'application/json') return 415;
    return this.answers.shift() ?? (this.behaviour === 'refusing' ? 400 : 200);
  }
}
