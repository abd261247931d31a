import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnTraffic } from '../own-traffic.ts';
import type { Failure } from '../transport.ts';
import { connectionFailure, endpointName, openSocket, type ServerEndpoint, type ServerTls } from './server-socket.ts';
import { retry } from './socket-failure.ts';

export type LineConnectionSettings = {
  readonly server: ServerEndpoint;
  readonly tls: ServerTls | undefined;
  /** For the connection and TLS together. */
  readonly connectTimeoutMs: number;
  /** A server that takes nothing of what it is sent for this long is given up. */
  readonly stallTimeoutMs: number;
  /** Bytes count as delivered when the connection has outlived them for this long. */
  readonly settleMs: number;
  readonly ownTraffic: OwnTraffic;
};

/** How long a server that takes nothing may hold up the end. */
const closeMs = 200;

type Settle = (failure: Failure | undefined) => void;

/**
 * One connection to a server that never answers, from its beginning to its first failure, which ends all that was not
 * settled on it.
 */
export class LineConnection {
  /** Resolves when lines may be sent, or with why they may not. */
  readonly opened: Promise<Failure | undefined>;
  readonly #settings: LineConnectionSettings;
  /** Host and port. */
  readonly name: string;
  readonly #unsettled = new Set<Settle>();
  /** Writes that the kernel has not taken yet. */
  #untaken = 0;
  #socket: Socket | undefined;
  #openTimer: NodeJS.Timeout | undefined;
  #onOpened: Settle = () => {};
  #failure: Failure | undefined;

  constructor(settings: LineConnectionSettings) {
    const { server, tls } = settings;
    this.#settings = settings;
    this.name = endpointName(server);
    this.opened = new Promise((resolve) => {
      this.#onOpened = resolve;
    });
    const socket = openSocket(server, tls);
    if ('kind' in socket) this.#fail(socket);
    else this.#attach(socket);
  }

  get isOpen(): boolean {
    return this.#failure === undefined;
  }

  /**
   * Resolves when the bytes were taken and the connection lasted for a while, or with why they may not have arrived.
   */
  send(bytes: Buffer): Promise<Failure | undefined> {
    const socket = this.#socket;
    if (this.#failure !== undefined || socket === undefined) return Promise.resolve(this.#failure);
    return new Promise((resolve) => {
      // The timer of the socket starts anew whenever bytes move, also while one large write is taken in small parts.
      if (this.#untaken++ === 0) socket.setTimeout(this.#settings.stallTimeoutMs);
      this.#unsettled.add(resolve);
      socket.write(bytes, (error) => {
        if (--this.#untaken === 0) socket.setTimeout(0);
        if (!error) setTimeout(() => this.#settle(resolve), this.#settings.settleMs);
      });
    });
  }

  /** Resolves after a while, or with why the connection has not lasted that long. */
  async settled(): Promise<Failure | undefined> {
    await sleep(this.#settings.settleMs);
    return this.#failure;
  }

  /** Ends the connection politely: what the kernel has taken is still sent, and what it takes soon. */
  close(reason: string): void {
    const socket = this.#socket;
    socket?.destroySoon();
    setTimeout(() => socket?.destroy(), closeMs).unref();
    this.#fail(retry(reason));
  }

  #attach(socket: Socket): void {
    const { ownTraffic, connectTimeoutMs, stallTimeoutMs, tls } = this.#settings;
    this.#socket = socket;
    ownTraffic.watch(socket);
    this.#openTimer = setTimeout(() => this.#fail(retry('it does not answer')), connectTimeoutMs);
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      clearTimeout(this.#openTimer);
      this.#onOpened(undefined);
    });
    // Whatever it says is not for us, but only who reads notices the end.
    socket.resume();
    // A server that ends its side reads nothing more, though it would still take bytes.
    socket.on('end', () => this.#fail(retry('it closed the connection')));
    socket.on('close', () => this.#fail(retry('the connection closed')));
    socket.on('timeout', () => this.#fail(retry(`it takes nothing for ${stallTimeoutMs / 1000} s`)));
    socket.on('error', (error) => this.#fail(connectionFailure(error, socket, tls)));
  }

  #settle(settle: Settle): void {
    if (this.#unsettled.delete(settle)) settle(undefined);
  }

  #fail(failure: Failure): void {
    if (this.#failure !== undefined) return;
    this.#failure = { ...failure, reason: `${this.name}: ${failure.reason}` };
    clearTimeout(this.#openTimer);
    if (this.#socket?.writableEnded === false) this.#socket.destroy();
    this.#onOpened(this.#failure);
    for (const settle of this.#unsettled) settle(this.#failure);
    this.#unsettled.clear();
  }
}
