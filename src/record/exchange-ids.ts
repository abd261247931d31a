import type { Endpoints, Exchange } from '../exchange/exchange.ts';
import type { FailedConnection } from '../exchange/failed-connection.ts';

/** More clients than this, and all of them are forgotten. */
const maxAddresses = 1024;
const unseen = 'x';
const byteHex: readonly string[] = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));

/** Makes the ids of exchanges; the few clients of a pod are remembered. */
export class ExchangeIds {
  readonly #addresses = new Map<string, string>();

  /**
   * The stable id of an exchange: `<client address><client port>-<sequence of the request's first byte>-<what the
   * segment that first carried it acknowledged>`, in hex. Nothing of the server's address is in it, so a client's pod
   * and a server's pod behind a Service agree; nothing of the response, so it is known when the request is. Where no
   * request was seen: `x` and the sequence of the response's first byte. Behind it comes the stream, if there is one.
   */
  idOf({ endpoints, key, request, response }: Exchange): string {
    const client = this.#client(endpoints);
    const stream = key.stream === undefined ? '' : `-${key.stream}`;
    if (request === undefined) return `${client}-${unseen}-${wordHex(response?.sequence ?? 0)}${stream}`;
    return `${client}-${wordHex(request.sequence)}-${wordHex(request.acknowledgment ?? 0)}${stream}`;
  }

  /** The same of a connection that never came up: with the sequence number of its SYN, which no request has. */
  ofConnect({ endpoints, sequence }: FailedConnection): string {
    return `${this.#client(endpoints)}-${wordHex(sequence)}-${unseen}`;
  }

  #client({ clientIp, clientPort }: Endpoints): string {
    return `${this.#address(clientIp)}${byteHex[(clientPort >>> 8) & 0xff]}${byteHex[clientPort & 0xff]}`;
  }

  #address(ip: string): string {
    const known = this.#addresses.get(ip);
    if (known !== undefined) return known;
    if (this.#addresses.size >= maxAddresses) this.#addresses.clear();
    const hex = addressHex(ip);
    this.#addresses.set(ip, hex);
    return hex;
  }
}

/** 8 hex digits of an IPv4 address in text form, 32 of an IPv6 one. */
export function addressHex(ip: string): string {
  return ip.includes(':') ? ipv6Hex(ip) : ipv4Hex(ip);
}

function wordHex(word: number): string {
  const high = `${byteHex[word >>> 24]}${byteHex[(word >>> 16) & 0xff]}`;
  return `${high}${byteHex[(word >>> 8) & 0xff]}${byteHex[word & 0xff]}`;
}

function ipv4Hex(ip: string): string {
  return ip
    .split('.')
    .map((part) => byteHex[Number(part) & 0xff])
    .join('');
}

function ipv6Hex(ip: string): string {
  const [head = '', tail] = ip.split('::');
  const front = groupsHex(head);
  const back = tail === undefined ? '' : groupsHex(tail);
  return front + '0'.repeat(Math.max(0, 32 - front.length - back.length)) + back;
}

function groupsHex(groups: string): string {
  if (groups === '') return '';
  return groups
    .split(':')
    .map((group) => (group.includes('.') ? ipv4Hex(group) : group.padStart(4, '0')))
    .join('');
}
