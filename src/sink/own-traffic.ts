import type { Socket } from 'node:net';
import { RecencyMap } from '../bytes/recency-map.ts';
import type { Endpoints, Exchange, Message } from '../exchange/exchange.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';

/**
 * How long the packets of a closed connection may still turn up: FIN, retransmissions, and the way through the capture
 * ring.
 */
const lingerMs = 60_000;
/**
 * Two for each connection. Anyone may open connections to the port of the metrics, as fast as they like: beyond this
 * the earliest are forgotten early. Of ten thousand in a second, those of the last second are known for longer than
 * their packets wait in the ring.
 */
const maxClosedKeys = 20_000;
/** Elasticsearch and OpenSearch repeat this field of a request in their answer, so an answer alone is known, too. */
const markField = 'x-opaque-id';

/** Which message of an exchange we send: the one that carries a mark of ours. */
type OurMessage = 'request' | 'response';

type Mark = { readonly [markField]: string };

/** Both ends of a captured connection. */
type CapturedEnds = {
  address(end: 0 | 1): string;
  port(end: 0 | 1): number;
};

type Ends = {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
};

/**
 * Knows the traffic of this process itself, so that it can be left out and nothing else.
 * Connections are known by address and port of both ends, before their first byte is sent, though not before their SYN.
 * Address translation (a Service, masquerading, a proxy of a mesh) shows other addresses on the wire, and a port alone
 * may be another program's: there each exchange is known by a mark in what we send.
 */
export class OwnTraffic {
  readonly #now: () => number;
  /** By both ends, and by the client's end alone. */
  readonly #open = new Map<string, OurMessage>();
  /** The same of closed connections until they may be forgotten, the earliest first. */
  readonly #closed = new RecencyMap<string, { readonly ours: OurMessage; readonly until: number }>();
  /** Random, and made when they are first asked for, because loading the source of randomness takes memory. */
  #requestMark: string | undefined;
  #responseMark: string | undefined;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The first field of every HTTP request of ours. Only the log server learns it: no one can hide behind it. */
  get requestMark(): Mark {
    this.#requestMark ??= newMark();
    return { [markField]: this.#requestMark };
  }

  /** A field of every HTTP response of ours. Anyone may ask for it, so it only counts for clients that we know. */
  get responseMark(): Mark {
    this.#responseMark ??= newMark();
    return { [markField]: this.#responseMark };
  }

  /**
   * To be called with every TCP or TLS socket of a sink, when it is made: before it is connected, or at once where it
   * was accepted.
   */
  watch(socket: Socket): void {
    if (socket.connecting) this.#watchAttempts(socket);
    else this.#add(socket, 'response');
  }

  /** Whether a captured connection between these ends, in either order, is one of ours. */
  isOwn(ends: CapturedEnds): boolean {
    if (this.#open.size === 0 && this.#closed.size === 0) return false;
    this.#forget();
    const end0 = endKey(ends.address(0), ends.port(0));
    const end1 = endKey(ends.address(1), ends.port(1));
    return this.#ours(pairKey(end0, end1)) !== undefined || this.#ours(pairKey(end1, end0)) !== undefined;
  }

  /** Whether a connection that never came up is one of ours: its server's address may be another one on the wire. */
  isOwnAttempt({ clientIp, clientPort }: Endpoints): boolean {
    this.#forget();
    return this.#ours(endKey(clientIp, clientPort)) !== undefined;
  }

  /** Whether an exchange is one of ours, whatever addresses it was captured with. */
  isOwnExchange(exchange: Exchange): boolean {
    const { request, response, endpoints } = exchange;
    if (isMarked(request, this.#requestMark) || isMarked(response, this.#requestMark)) return true;
    const ours = this.#possiblyOurs(exchange);
    if (ours === undefined) return false;
    this.#forget();
    return this.#ours(endKey(endpoints.clientIp, endpoints.clientPort)) === ours;
  }

  /** Which message would be ours if we know the client: one with our mark, or one that was not captured. */
  #possiblyOurs({ request, response, outcome }: Exchange): OurMessage | undefined {
    if (response === undefined) return outcome === 'unknown' ? 'response' : undefined;
    // A client that sends our mark itself is one that wants to have it repeated.
    if (isMarked(response, this.#responseMark)) return isMarked(request, this.#responseMark) ? undefined : 'response';
    return request === undefined ? 'request' : undefined;
  }

  #watchAttempts(socket: Socket): void {
    socket.once('connect', () => this.#add(socket, 'request'));
    // The port is only known once the attempt is under way; no packet of it is looked at before that.
    socket.on('connectionAttempt', () => process.nextTick(() => this.#addAttempt(socket)));
  }

  /** An attempt may fail, and another one to another address of the server may follow. */
  #addAttempt({ localAddress, localPort }: Socket): void {
    if (localAddress === undefined || localPort === undefined) return;
    this.#linger([endKey(captured(localAddress), localPort)], 'request');
  }

  #ours(key: string): OurMessage | undefined {
    return this.#open.get(key) ?? this.#closed.get(key)?.ours;
  }

  #add(socket: Socket, ours: OurMessage): void {
    const keys = keysOf(socket, ours);
    if (keys === undefined) return;
    for (const key of keys) {
      this.#closed.delete(key);
      this.#open.set(key, ours);
    }
    socket.once('close', () => {
      for (const key of keys) this.#open.delete(key);
      this.#linger(keys, ours);
    });
  }

  #linger(keys: readonly string[], ours: OurMessage): void {
    const until = this.#now() + lingerMs;
    for (const key of keys) this.#closed.set(key, { ours, until });
    this.#forget();
  }

  #forget(): void {
    const now = this.#now();
    for (let { oldest } = this.#closed; oldest !== undefined; oldest = this.#closed.oldest) {
      if (oldest.value.until > now && this.#closed.size <= maxClosedKeys) return;
      this.#closed.delete(oldest.key);
    }
  }
}

function newMark(): string {
  return `kubernetes-internal-http-logger-${crypto.randomUUID()}`;
}

function isMarked(message: Message<RequestHead | ResponseHead> | undefined, mark: string | undefined): boolean {
  return mark !== undefined && message?.head.headers.get(markField) === mark;
}

/** Of both ends, and of the client's end alone; `undefined` where the ends are not known. */
function keysOf(ends: Ends, ours: OurMessage): readonly [string, string] | undefined {
  const { localAddress, localPort, remoteAddress, remotePort } = ends;
  if (localAddress === undefined || remoteAddress === undefined) return undefined;
  const local = endKey(captured(localAddress), localPort ?? 0);
  const remote = endKey(captured(remoteAddress), remotePort ?? 0);
  return [pairKey(local, remote), ours === 'request' ? local : remote];
}

function endKey(address: string, port: number): string {
  return `${address} ${port}`;
}

function pairKey(end0: string, end1: string): string {
  return `${end0} ${end1}`;
}

/** As packets have it: an IPv4 address without its IPv6 form, an IPv6 address without its zone. */
function captured(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}
