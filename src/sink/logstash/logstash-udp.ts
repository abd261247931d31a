import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch } from '../batch.ts';
import { endpointName, type ServerEndpoint } from '../client/server-socket.ts';
import { retry, socketFailure } from '../client/socket-failure.ts';
import type { CheckResult, Failure, SendOutcome, Transport } from '../transport.ts';
import { documentOf } from './line-encoder.ts';
import type { EventShape } from './record-field.ts';

export type LogstashUdpSettings = {
  readonly server: ServerEndpoint;
  /** Datagrams a second: faster ones find the buffer of the receiver full and are dropped there. */
  readonly rate: number;
  readonly shape: EventShape;
};

/** Datagrams are not delayed one by one but a few together: timers are no finer. */
const burstMs = 5;
/**
 * How soon a host usually says that no process listens on the port (ICMP), and how long it may take. What was sent in
 * that time has not arrived.
 */
const refusalMs = 20;
const latestRefusalMs = 200;
/** The name is looked up anew for a socket of its own, because nothing tells that the server has moved. */
const socketMs = 60_000;

/**
 * One JSON document in each datagram, to Logstash's `udp` input (codec `json`). Nothing tells whether a datagram
 * arrives.
 */
export class LogstashUdpTransport implements Transport {
  /** One is sent while the one before waits for a refusal. */
  readonly inFlight = 2;
  readonly #settings: LogstashUdpSettings;
  #socket: ConnectedSocket | undefined;
  #isClosed = false;
  /** When the next datagram may leave, on the monotonic clock. */
  #next = 0;
  /** The batch before has been sent: datagrams leave in order. */
  #turn: Promise<void> = Promise.resolve();

  constructor(settings: LogstashUdpSettings) {
    this.#settings = settings;
  }

  async send(batch: Batch): Promise<SendOutcome> {
    const sent: number[] = [];
    const sending = this.#turn.then(() => this.#sendAll(batch, sent));
    this.#turn = sending.then(() => {});
    const socket = await sending;
    if ('kind' in socket) return socket;
    if (sent.length === batch.ends.length) await sleep(refusalMs);
    return this.#outcome(socket, sent, batch.ends.length);
  }

  close(): void {
    this.#isClosed = true;
    this.#socket?.close();
  }

  async check(): Promise<CheckResult> {
    const socket = await ConnectedSocket.open(this.#settings.server);
    if ('kind' in socket) return { isFine: false, sentence: socket.reason };
    socket.close();
    const { place } = this.#settings.shape;
    return {
      isFine: true,
      sentence: `${socket.name} can be sent to; udp cannot tell whether anybody listens; ${place}`,
    };
  }

  async #open(): Promise<ConnectedSocket | Failure> {
    if (this.#isClosed) return retry('the process is ending');
    if (this.#socket !== undefined && performance.now() - this.#socket.since < socketMs) return this.#socket;
    this.#socket?.close();
    const opened = await ConnectedSocket.open(this.#settings.server);
    if ('kind' in opened) {
      this.#socket = undefined;
    } else {
      this.#socket = opened;
      // Closed while the name was looked up.
      if (this.#isClosed) opened.close();
    }
    return opened;
  }

  /** Notes when each datagram has left. */
  async #sendAll(batch: Batch, sent: number[]): Promise<ConnectedSocket | Failure> {
    const socket = await this.#open();
    if ('kind' in socket) return socket;
    while (sent.length < batch.ends.length) {
      await this.#pace();
      if (socket.failure !== undefined || this.#isClosed) break;
      await socket.send(this.#settings.shape.event(documentOf(batch, sent.length)));
      sent.push(performance.now());
    }
    return socket;
  }

  /**
   * A refusal tells of the datagrams right before it, not of those that left long ago; closing tells of none. Of the
   * last one it tells however late it is heard: a process that is held up hears late.
   */
  #outcome(socket: ConnectedSocket, sent: readonly number[], records: number): SendOutcome {
    const { failure, failedAt } = socket;
    if (failure !== undefined) this.#drop(socket);
    const since = Math.min(failedAt, sent.at(-1) ?? failedAt) - latestRefusalMs;
    const refused = failure === undefined ? -1 : sent.findIndex((time) => time > since);
    const arrived = refused === -1 ? sent.length : refused;
    if (arrived === records) return { kind: 'delivered' };
    const { reason } = failure ?? retry('the process is ending');
    if (arrived === 0) return retry(reason);
    const again = Array.from({ length: records - arrived }, (_, index) => arrived + index);
    return { kind: 'mixed', duplicates: 0, retry: again, rejected: [], reason };
  }

  #drop(socket: ConnectedSocket): void {
    socket.close();
    if (socket === this.#socket) this.#socket = undefined;
  }

  async #pace(): Promise<void> {
    const now = performance.now();
    if (this.#next - now > burstMs) await sleep(this.#next - now);
    this.#next = Math.max(this.#next, now) + 1000 / this.#settings.rate;
  }
}

/** A socket that hears of it when its server refuses datagrams. */
class ConnectedSocket {
  readonly name: string;
  readonly since = performance.now();
  failure: Failure | undefined;
  /** On the monotonic clock. */
  failedAt = 0;
  readonly #socket: Socket;
  #isClosed = false;

  private constructor(socket: Socket, name: string) {
    this.#socket = socket;
    this.name = name;
    socket.removeAllListeners('error');
    socket.on('error', (error) => this.#fail(error));
  }

  /** Fails when there is no such host or no way to it. */
  static async open(server: ServerEndpoint): Promise<ConnectedSocket | Failure> {
    const name = endpointName(server);
    try {
      const { address, family } = await lookup(server.host);
      return new ConnectedSocket(await connected(family === 6 ? 'udp6' : 'udp4', address, server.port), name);
    } catch (error) {
      return retry(`${name}: ${socketFailure(error as NodeJS.ErrnoException).reason}`);
    }
  }

  /** Resolves when the kernel has taken the datagram, or `failure` says why it has not. */
  send(bytes: Buffer): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isClosed) return resolve();
      this.#socket.send(bytes, (error) => {
        if (error) this.#fail(error);
        resolve();
      });
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }

  #fail(error: NodeJS.ErrnoException): void {
    if (this.failure === undefined) this.failedAt = performance.now();
    this.failure ??= retry(`${this.name}: ${socketFailure(error).reason}`);
  }
}

/** Rejects with the system's error, and leaves nothing open then. */
function connected(type: 'udp4' | 'udp6', address: string, port: number): Promise<Socket> {
  const socket = createSocket(type);
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.connect(port, address, () => resolve(socket));
  });
}
