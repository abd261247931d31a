// Stand-ins for the inputs of Logstash 8 and 9, as far as they change events, with their defaults but for the codec:
// `tcp` with codec json_lines, `udp` with codec json, `http`. Written after their sources and documentation:
// logstash-input-tcp, -udp and -http, logstash-codec-json and -json_lines.
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { ownPort } from '../program/own-port.ts';
import type { Behaviour } from './contract.ts';
import { type EcsCompatibility, LogstashEvents, type SetFields, setField } from './logstash-events.ts';

export class TcpInput {
  readonly events = new LogstashEvents();
  port = 0;
  /** Stops reading connections as soon as they are made. */
  isStuck = false;
  readonly #tls: TlsOptions | undefined;
  readonly #ecs: EcsCompatibility;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(tls?: TlsOptions, ecs: EcsCompatibility = 'v8') {
    this.#tls = tls;
    this.#ecs = ecs;
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
    const setFields = tcpFields(this.#ecs, socket);
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.events.take(line, setFields);
    });
    socket.on('end', () => {
      if (rest !== '') this.events.take(rest, setFields);
    });
  }
}

/** What a connection says of itself never takes the place of what is there. */
function tcpFields(ecs: EcsCompatibility, { remoteAddress, remotePort }: Socket): SetFields {
  if (ecs === 'v8') {
    const source = { name: remoteAddress, ip: remoteAddress, port: remotePort };
    return (event) => setField(event, ['@metadata', 'input', 'tcp', 'source'], source);
  }
  return (event) => {
    event['host'] ??= remoteAddress;
    event['port'] ??= remotePort;
  };
}

export class UdpInput {
  readonly events = new LogstashEvents();
  port = 0;
  readonly #ecs: EcsCompatibility;
  #socket: UdpSocket | undefined;

  constructor(ecs: EcsCompatibility = 'v8') {
    this.#ecs = ecs;
  }

  async start(): Promise<this> {
    if (this.#socket !== undefined) return this;
    this.port ||= await ownPort();
    this.#socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
    this.#socket.on('message', (bytes, { address }) =>
      this.events.take(bytes.toString(), udpFields(this.#ecs, address)),
    );
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

/** It looks whether there is an address, and fails to set one below a text. */
function udpFields(ecs: EcsCompatibility, address: string): SetFields {
  return (event) => {
    if (ecs === 'disabled') event['host'] ??= address;
    else if ((event['host'] as { readonly ip?: unknown } | undefined)?.ip === undefined) {
      setField(event, ['host', 'ip'], address);
    }
  };
}

export class HttpInput {
  readonly events = new LogstashEvents();
  readonly requests: IncomingMessage[] = [];
  port = 0;
  behaviour: Behaviour = 'working';
  /** Statuses that the next requests are answered with, their bodies not taken. */
  readonly answers: number[] = [];
  /** The status for a body that this input does not take. */
  refuses: (body: string) => number | undefined = () => undefined;
  /** What is said with them. */
  answerText: (request: IncomingMessage) => string = () => 'no';
  readonly #user: string | undefined;
  readonly #ecs: EcsCompatibility;
  #server: HttpServer | undefined;

  /** `user`: the only one that is let in, `NAME:PASSWORD`. */
  constructor(user?: string, ecs: EcsCompatibility = 'v8') {
    this.#user = user;
    this.#ecs = ecs;
  }

  async start(): Promise<this> {
    if (this.#server !== undefined) return this;
    this.port ||= await ownPort();
    this.#server = createHttpServer(async (request, response) => {
      this.requests.push(request);
      const body = Buffer.concat(await request.toArray()).toString();
      const status = this.refuses(body) ?? this.#statusFor(request);
      if (this.behaviour === 'silent') return;
      response.writeHead(status, status === 429 ? { 'retry-after': '0' } : {});
      if (status === 200) this.events.take(body, httpFields(this.#ecs, request));
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

/** They are those of the request that brought the event, whatever was there. */
function httpFields(ecs: EcsCompatibility, request: IncomingMessage): SetFields {
  const { headers, httpVersion, method, url } = request;
  const { remoteAddress, localPort } = request.socket;
  if (ecs === 'disabled') {
    return (event) => {
      event['headers'] = headers;
      event['host'] = remoteAddress;
    };
  }
  const [domain] = (headers.host ?? '').split(':');
  return (event) => {
    setField(event, ['http', 'version'], `HTTP/${httpVersion}`);
    setField(event, ['user_agent', 'original'], headers['user-agent']);
    setField(event, ['url', 'domain'], domain);
    setField(event, ['url', 'port'], localPort);
    setField(event, ['http', 'method'], method);
    setField(event, ['url', 'path'], url);
    setField(event, ['http', 'request', 'body', 'bytes'], headers['content-length']);
    setField(event, ['http', 'request', 'mime_type'], headers['content-type']);
    setField(event, ['host', 'ip'], remoteAddress);
    setField(event, ['@metadata', 'input', 'http', 'request', 'headers'], headers);
  };
}
