import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { hostname } from 'node:os';
import { TLSSocket } from 'node:tls';
import {
  connectionFailure,
  endpointName,
  openSocket,
  type ServerEndpoint,
  type ServerTls,
} from '../client/server-socket.ts';
import { misconfigured, retry } from '../client/socket-failure.ts';
import type { OwnTraffic } from '../own-traffic.ts';
import type { Failure } from '../transport.ts';
import { type Credentials, Handshake, isHelo } from './fluentd-handshake.ts';
import { type Message, MessageReader } from './fluentd-message-reader.ts';
import type { Packet } from './fluentd-packet.ts';

export type ConnectionSettings = {
  readonly tls: ServerTls | undefined;
  readonly credentials: Credentials | undefined;
  readonly ownTraffic: OwnTraffic;
  /** Without acknowledgements a packet counts as delivered when the kernel has taken it. */
  readonly acks: boolean;
  /** A server that makes no progress for this long with what it was sent is given up. */
  readonly ackTimeoutMs: number;
  /** For the connection, TLS and authentication together. */
  readonly connectTimeoutMs: number;
};

/**
 * How long a server may take to say HELO. Without acknowledgements nothing else would tell that it wants a key and
 * takes nothing.
 */
const greetingMs = 500;

const foreign = 'it does not speak the Forward protocol';

type Settle = (failure: Failure | undefined) => void;

/**
 * One connection to one server, from its beginning to its first failure, which ends it and everything that was under
 * way on it.
 */
export class FluentdConnection {
  /** Host and port. */
  readonly name: string;
  /** Resolves when packets may be sent, or with why they may not. */
  readonly opened: Promise<Failure | undefined>;
  readonly closed: Promise<unknown>;
  readonly #settings: ConnectionSettings;
  readonly #reader = new MessageReader();
  /** Packets under way, by chunk. */
  readonly #waiting = new Map<string, Settle>();
  #socket: Socket | undefined;
  #handshake: Handshake | undefined;
  /** What it means when opening takes too long. */
  #stage = 'it does not answer';
  #openTimer: NodeJS.Timeout | undefined;
  #overtakenTimer: NodeJS.Timeout | undefined;
  #onOpened: Settle = () => {};
  #onClosed: Settle = () => {};
  #failure: Failure | undefined;
  #isRetiring = false;
  readonly #traits: string[] = [];

  constructor(server: ServerEndpoint, settings: ConnectionSettings) {
    this.name = endpointName(server);
    this.#settings = settings;
    const { credentials } = settings;
    // A new salt for each connection, so that no earlier proof can be used again.
    if (credentials !== undefined) {
      this.#handshake = new Handshake(credentials, hostname(), randomBytes(16).toString('hex'));
    }
    this.opened = new Promise((resolve) => {
      this.#onOpened = resolve;
    });
    this.closed = new Promise((resolve) => {
      this.#onClosed = resolve;
    });
    const socket = openSocket(server, settings.tls);
    if ('kind' in socket) this.#fail(socket);
    else this.#attach(socket);
  }

  get isOpen(): boolean {
    return this.#failure === undefined;
  }

  /** What was found out about the server: `TLSv1.3`, `authenticated by log-1`. */
  get traits(): readonly string[] {
    return this.#traits;
  }

  /** Sends one packet; resolves when it is acknowledged, or with why it is not known to have arrived. */
  send(packet: Packet): Promise<Failure | undefined> {
    const socket = this.#socket;
    if (this.#failure !== undefined || socket === undefined) return Promise.resolve(this.#failure);
    return new Promise((resolve) => {
      // The timer of the socket starts anew whenever bytes move, in either direction, also while one large write is
      // taken in small parts.
      if (this.#waiting.size === 0) socket.setTimeout(this.#settings.ackTimeoutMs);
      this.#waiting.set(packet.chunk, resolve);
      socket.write(packet.bytes, (error) => {
        if (!this.#settings.acks && !error) this.#settle(packet.chunk);
      });
    });
  }

  /** Ends the connection as soon as nothing is under way on it. */
  retire(): void {
    this.#isRetiring = true;
    if (this.#waiting.size === 0) this.close('another server is preferred');
  }

  close(reason: string): void {
    this.#fail(retry(reason));
  }

  #attach(socket: Socket): void {
    this.#socket = socket;
    this.#settings.ownTraffic.watch(socket);
    const { connectTimeoutMs, ackTimeoutMs, credentials, acks, tls } = this.#settings;
    this.#openTimer = setTimeout(() => this.#fail(retry(this.#stage)), connectTimeoutMs);
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      if (socket instanceof TLSSocket) this.#traits.push(socket.getProtocol() ?? 'TLS');
      if (credentials !== undefined) this.#stage = 'it sends no HELO; does it want FLUENTD_SHARED_KEY?';
      else if (acks) this.#open();
      else this.#awaitGreeting();
    });
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    // No half-open use: a server that ends its side reads nothing more.
    socket.on('end', () => this.#fail(retry('it closed the connection')));
    socket.on('close', () => this.#fail(retry('the connection closed')));
    socket.on('timeout', () => this.#fail(retry(`it acknowledges nothing for ${ackTimeoutMs / 1000} s`)));
    socket.on('error', (error) => this.#fail(connectionFailure(error, socket, tls)));
  }

  #awaitGreeting(): void {
    clearTimeout(this.#openTimer);
    this.#openTimer = setTimeout(() => this.#open(), greetingMs);
  }

  #open(): void {
    clearTimeout(this.#openTimer);
    this.#onOpened(undefined);
  }

  #read(bytes: Buffer): void {
    const messages = this.#reader.push(bytes);
    if (messages === undefined) this.#fail(misconfigured(foreign));
    else for (const message of messages) this.#receive(message);
  }

  #receive(message: Message): void {
    const step = this.#handshake?.receive(message);
    if (step === undefined) {
      this.#takeAck(message);
    } else if (step.kind === 'answer') {
      this.#socket?.write(step.bytes);
    } else if (step.kind === 'done') {
      this.#handshake = undefined;
      this.#traits.push(`authenticated by ${step.serverName}`);
      this.#open();
    } else {
      this.#fail(step);
    }
  }

  #takeAck(message: Message): void {
    const chunk = acknowledged(message);
    if (chunk !== undefined) {
      if (!this.#settle(chunk)) this.#fail(retry(`it acknowledges a chunk that it was not sent: ${chunk}`));
    } else {
      const wish = isHelo(message) ? 'it wants a shared key: set FLUENTD_SHARED_KEY' : foreign;
      this.#fail(misconfigured(wish));
    }
  }

  /** Whether the chunk was waiting. */
  #settle(chunk: string): boolean {
    const settle = this.#waiting.get(chunk);
    if (settle === undefined) return false;
    this.#watchOldest(chunk);
    this.#waiting.delete(chunk);
    if (this.#waiting.size === 0) {
      this.#socket?.setTimeout(0);
      if (this.#isRetiring) this.retire();
    }
    settle(undefined);
    return true;
  }

  /**
   * Acknowledgements may come in any order, but one that stays out must not wait for ever because others keep coming.
   */
  #watchOldest(settled: string): void {
    const [oldest] = this.#waiting.keys();
    if (settled === oldest) {
      clearTimeout(this.#overtakenTimer);
      this.#overtakenTimer = undefined;
    } else {
      const { ackTimeoutMs } = this.#settings;
      const failure = retry(`it acknowledges later chunks but not an earlier one for ${ackTimeoutMs / 1000} s`);
      this.#overtakenTimer ??= setTimeout(() => this.#fail(failure), ackTimeoutMs);
    }
  }

  #fail(failure: Failure): void {
    if (this.#failure !== undefined) return;
    this.#failure = { ...failure, reason: `${this.name}: ${failure.reason}` };
    clearTimeout(this.#openTimer);
    clearTimeout(this.#overtakenTimer);
    this.#socket?.destroy();
    this.#onOpened(this.#failure);
    this.#onClosed(this.#failure);
    for (const settle of this.#waiting.values()) settle(this.#failure);
    this.#waiting.clear();
  }
}

/** The chunk that a message acknowledges. */
function acknowledged(message: Message): string | undefined {
  const { ack } = (message ?? {}) as { readonly [key: string]: Message | undefined };
  return Buffer.isBuffer(ack) ? ack.toString('latin1') : undefined;
}
