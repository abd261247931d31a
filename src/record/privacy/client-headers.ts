import { isAddress } from '../../packet/address.ts';
import { addressOf } from '../forwarded-node.ts';
import { redactionMark } from '../redact/redact-params.ts';
import type { ClientAddress } from './client-address.ts';

/** Proxies write the client into fields of ever other names: the words in them decide. */
const forWord = /(?:^|[-_]|forwarded)for(?:$|[-_])/;
const addressWord = /(?:^|[-_])(?:ips?|ipv[46]|addr|address(?:es)?)(?:$|[-_])/;
/** RFC 7239. */
const forwarded = /^(?:x-)?forwarded$/;
const forNode = /(\bfor[ \t]*=[ \t]*"?)([^\s;,"[\]]+)/gi;
const whose =
  'client|real|remote|user|visitor|viewer|connecting|source|src|socket|caller|customer|cluster|external|origin|peer' +
  '|true';
const clientWord = new RegExp(whose);
const joinedWords = new RegExp(`(?:${whose})(?:ip(?:v[46])?|addr(?:ess)?)(?:$|[-_])`);
/** What a proxy says instead of an address (RFC 7239, sections 6.2 and 6.3). */
const hidden = /^(?:unknown|_[\w.-]*)$/i;
/** What an address, with or without a port, is made of. */
const addressRun = /[\da-f:.]+/gi;
const ipv4 = /\d{1,3}(?:\.\d{1,3}){3}/g;

/**
 * The value of a header without the addresses of clients, by its lower-case name. Of one that is there to name a client
 * (`x-forwarded-for`, `true-client-ip`) nothing else is left either, because a proxy may name it in another way.
 */
export function maskClients(name: string, value: string, mask: ClientAddress): string {
  if (name.includes('forwarded') && forWord.test(name)) return maskList(value, mask);
  if (joinedWords.test(name)) return maskList(value, mask);
  if (forwarded.test(name)) return maskForwarded(value, mask);
  if (!addressWord.test(name)) return value;
  return clientWord.test(name) ? maskList(value, mask) : maskAddresses(value, mask);
}

function maskList(value: string, mask: ClientAddress): string {
  return value
    .split(',')
    .map((element) => maskNode(element.trim(), mask))
    .join(', ');
}

function maskNode(node: string, mask: ClientAddress): string {
  return node === '' ? '' : (shownClient(node, mask) ?? redactionMark);
}

/**
 * What is left of a client as a proxy names it; undefined if nothing is. An address may have a port and a zone, which
 * go with it.
 */
export function shownClient(node: string, mask: ClientAddress): string | undefined {
  if (hidden.test(node)) return node;
  const [ip = ''] = (addressOf(node) ?? '').split('%');
  return isAddress(ip) ? mask(ip) : undefined;
}

/** Its addresses, and what stands for a client and is neither one nor hidden already. */
function maskForwarded(value: string, mask: ClientAddress): string {
  return maskAddresses(value, mask).replace(forNode, (element, start: string, node: string) =>
    hidden.test(node) || isAddress(addressOf(node) ?? '') ? element : start + redactionMark,
  );
}

/** All addresses in a text. */
function maskAddresses(text: string, mask: ClientAddress): string {
  const shown = (ip: string) => (isAddress(ip) ? mask(ip) : undefined) ?? redactionMark;
  return text.replace(addressRun, (run) => {
    const end = run.length > 1 && !isAddress(run) && /[.:]$/.test(run) ? run.slice(-1) : '';
    const ip = run.slice(0, run.length - end.length);
    if (isAddress(ip)) return shown(ip) + end;
    // What is no address in whole may be one of IPv4 with a port; more colons are something of IPv6.
    if (run.indexOf(':') !== run.lastIndexOf(':')) return redactionMark;
    return run.replace(ipv4, (part) => (run.includes(':') ? inBrackets(shown(part)) : shown(part)));
  });
}

/** So that a port can stand behind an address of IPv6, too. */
function inBrackets(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
