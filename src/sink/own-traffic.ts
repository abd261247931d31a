import type { Socket } from 'node:net';

/** How long the packets of a closed connection may still turn up: FIN, retransmissions, and the way through the capture ring. */
const lingerMs = 60_000;
/** Anyone may open connections to the port of the metrics, as fast as they like: beyond this the earliest are forgotten early. */
const maxClosed = 10_000;

/**
 * The connections of this process itself, so that its own traffic can be left out exactly, by address and port of both ends. A
 * connection is known before its first byte is sent, though not before its SYN.
 */
export class OwnTraffic {
  readonly #now: () => number;
  readonly #open = new Set<string>();
  /** When each closed connection may be forgotten, the earliest first. */
  readonly #closed = new Map<string, number>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** To be called with every TCP or TLS socket of a sink, when it is made: before it is connected, or at once where it was accepted. */
  watch(socket: Socket): void {
    if (socket.connecting) socket.once('connect', () => this.#add(socket));
    else this.#add(socket);
  }

  /** Whether a captured connection between these ends, in either order, is one of ours. */
  isOwn(address0: string, port0: number, address1: string, port1: number): boolean {
    if (this.#open.size === 0 && this.#closed.size === 0) return false;
    this.#forget();
    return this.#has(key(address0, port0, address1, port1)) || this.#has(key(address1, port1, address0, port0));
  }

  #has(key: string): boolean {
    return this.#open.has(key) || this.#closed.has(key);
  }

  #add(socket: Socket): void {
    const { localAddress, localPort, remoteAddress, remotePort } = socket;
    if (localAddress === undefined || remoteAddress === undefined) return;
    const ends = key(captured(localAddress), localPort ?? 0, captured(remoteAddress), remotePort ?? 0);
    this.#closed.delete(ends);
    this.#open.add(ends);
    socket.once('close', () => {
      this.#open.delete(ends);
      this.#closed.set(ends, this.#now() + lingerMs);
      this.#forget();
    });
  }

  #forget(): void {
    const now = this.#now();
    for (const [ends, until] of this.#closed) {
      if (until > now && this.#closed.size <= maxClosed) return;
      this.#closed.delete(ends);
    }
  }
}

function key(address0: string, port0: number, address1: string, port1: number): string {
  return `${address0} ${port0} ${address1} ${port1}`;
}

/** As packets have it: an IPv4 address without its IPv6 form, an IPv6 address without its zone. */
function captured(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}
