import type { Exchange } from '../exchange/exchange.ts';

const MAX_CACHED_ADDRESSES = 1024;
const UNSEEN = 'x';
const byteHex: readonly string[] = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));
const cachedAddresses = new Map<string, string>();

/**
 * The stable id of an exchange: `<client address hex><client port hex>-<request sequence hex>-<response sequence hex>`, where a side that
 * was not seen is `x`. Nothing of the server's address is in it, so a client's pod and a server's pod behind a Service agree.
 */
export function exchangeId(exchange: Exchange): string {
  const { clientIp, clientPort } = exchange.endpoints;
  const request = exchange.request === undefined ? UNSEEN : wordHex(exchange.request.sequence);
  const response = exchange.response === undefined ? UNSEEN : wordHex(exchange.response.sequence);
  return `${addressHex(clientIp)}${byteHex[(clientPort >>> 8) & 0xff]}${byteHex[clientPort & 0xff]}-${request}-${response}`;
}

/** 8 hex digits of an IPv4 address in text form, 32 of an IPv6 one; the few clients of a pod are remembered. */
export function addressHex(ip: string): string {
  const known = cachedAddresses.get(ip);
  if (known !== undefined) return known;
  const hex = ip.includes(':') ? ipv6Hex(ip) : ipv4Hex(ip);
  if (cachedAddresses.size >= MAX_CACHED_ADDRESSES) cachedAddresses.clear();
  cachedAddresses.set(ip, hex);
  return hex;
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
