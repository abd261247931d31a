import type { Socket } from 'node:net';
import type { Exchange, Message } from '../exchange/exchange.ts';
import type { AnyHead } from '../http/head.ts';

/** How long the packets of a closed connection may still turn up: FIN, retransmissions, and the way through the capture ring. */
const lingerMs = 60_000;
/**
 * Two for each connection. Anyone may open connections to the port of the metrics, as fast as they like: beyond this the earliest are
 * forgotten early. Of ten thousand in a second, those of the last second are known for longer than their packets wait in the ring.
 */
const maxClosedKeys = 20_000;
/** Elasticsearch and OpenSearch repeat this field of a request in their answer, so an answer alone is known, too. */
const markField = 'x-opaque-id';

/** Which message of an exchange we send: the one that carries a mark of ours. */
type OurMessage = 'request' | 'response';

type Mark = { readonly [markField]: string };

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
 * may be anybody's: there each exchange is known by a mark in what we send.
 */
export class OwnTraffic {
  readonly #now: () => number;
  /** By both ends, and by the client's end alone. */
  readonly #open = new Map<string, OurMessage>();
  /** The same of closed connections until they may be forgotten, the earliest first. */
  readonly #closed = new Map<string, { readonly ours: OurMessage; readonly until: number }>();
  /** Random, and made when they are first asked for, because loading the source of randomness takes memory. */
  #requestMark: string | undefined;
  #responseMark: string | undefined;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The first field of every HTTP request of ours. Only the log server gets to know it: nobody can hide behind it. */
  get requestMark(): Mark {
    this.#requestMark ??= newMark();
    return { [markField]: this.#requestMark };
  }

  /** A field of every HTTP response of ours. Anybody may ask for it, so it only counts for clients that we know. */
  get responseMark(): Mark {
    this.#responseMark ??= newMark();
    return { [markField]: this.#responseMark };
  }

  /** To be called with every TCP or TLS socket of a sink, when it is made: before it is connected, or at once where it was accepted. */
  watch(socket: Socket): void {
    if (socket.connecting) socket.once('connect', () => this.#add(socket, 'request'));
    else this.#add(socket, 'response');
  }

  /** Whether a captured connection between these ends, in either order, is one of ours. */
  isOwn(address0: string, port0: number, address1: string, port1: number): boolean {
    if (this.#open.size === 0 && this.#closed.size === 0) return false;
    this.#forget();
    const end0 = endKey(address0, port0);
    const end1 = endKey(address1, port1);
    return this.#ours(pairKey(end0, end1)) !== undefined || this.#ours(pairKey(end1, end0)) !== undefined;
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
    for (const key of keys) {
      // Behind the others, also when it was there.
      this.#closed.delete(key);
      this.#closed.set(key, { ours, until });
    }
    this.#forget();
  }

  #forget(): void {
    const now = this.#now();
    for (const [key, { until }] of this.#closed) {
      if (until > now && this.#closed.size <= maxClosedKeys) return;
      this.#closed.delete(key);
    }
  }
}

function newMark(): string {
  return `kubernetes-internal-http-logger-${crypto.randomUUID()}`;
}

function isMarked(message: Message<AnyHead> | undefined, mark: string | undefined): boolean {
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
