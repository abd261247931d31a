import { isIP, SocketAddress } from 'node:net';
import { accept, type Kind, type Parsed, refuse } from './kind.ts';
import { listOf } from './list-kinds.ts';
import { integer } from './number-kinds.ts';

export const port = integer(1, 65_535);

/**
 * A host name (RFC 1123, with the underscores that some platforms use) or an IP address; an IPv6 address may stand in
 * brackets.
 */
export const host: Kind<string> = { allowed: 'host name or IP address', parse: parseHost };

/** An IP address as packets have it written: IPv6 shortened as RFC 5952 says. */
const ipAddress: Kind<string> = {
  allowed: 'IP address',
  parse: (text) => {
    const version = text.includes('%') ? 0 : isIP(text);
    if (version === 0) return refuse('it is not an IP address');
    return accept(version === 4 ? text : new SocketAddress({ address: text, family: 'ipv6' }).address);
  },
};

export const ipAddresses = listOf(ipAddress, 'IP addresses, comma-separated');

/** A host that may bring its port: `log-1`, `log-1:24225`, `[fd00::1]:24225`. */
export const hostAndPort: Kind<{ readonly host: string; readonly port: number | undefined }> = {
  allowed: 'host name or IP address, also as `HOST:PORT`',
  parse: (text) => {
    const [, name, digits] = /^(\[[^\]]*\]|[^:]*):([^:]*)$/.exec(text) ?? [];
    const server = parseHost(name ?? text);
    if (server.kind === 'refused') return server;
    const number = digits === undefined ? accept(undefined) : port.parse(digits);
    if (number.kind === 'refused') return refuse('its port is not a number from 1 to 65535');
    return accept({ host: server.value, port: number.value });
  },
};

/** Where a server is, as far as its address says; `path` has no slash at its end, `query` no question mark. */
export type ServerAddress = {
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly port: number | undefined;
  readonly path: string;
  readonly query: string;
};

/**
 * A host, or an `http(s)://` URL with an optional port, path prefix and query. It is taken apart by hand because the
 * URL class drops a port that is the default of its scheme, and then `https://host:443` could not be told from
 * `https://host`.
 */
export const serverAddress: Kind<ServerAddress> = {
  allowed: 'host name, IP address, or `http(s)://HOST[:PORT][/PATH][?QUERY]`',
  parse: (text) => {
    if (!/^https?:\/\//i.test(text)) {
      const plain = parseHost(text);
      return plain.kind === 'refused'
        ? plain
        : accept({ protocol: 'http', host: plain.value, port: undefined, path: '', query: '' });
    }
    return parseUrl(text);
  },
};

function parseUrl(text: string): Parsed<ServerAddress> {
  const [, scheme, authority = '', path = '', query = '', rest] =
    /^(https?):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(.*)$/is.exec(text) ?? [];
  if (/@/.test(authority + path)) return refuse('a user name or password does not belong in this URL');
  if (rest !== '') return refuse('a fragment does not belong in this URL');
  if (!/^[\w./~%!$&'()*+,;=:-]*$/.test(path)) return refuse('the path of the URL has characters that must be encoded');
  if (!isQuery(query)) return refuse('the query of the URL must be name=value, with & between them, all else encoded');
  const [, name, digits] = /^(\[[^\]]*\]|[^:]*)(?::([^:]*))?$/.exec(authority) ?? [];
  const server = parseHost(name ?? '');
  if (server.kind === 'refused') return refuse('the URL has no valid host');
  const number = digits === undefined ? accept(undefined) : port.parse(digits);
  if (number.kind === 'refused') return refuse('the port of the URL is not a number from 1 to 65535');
  const protocol = scheme?.toLowerCase() === 'https' ? 'https' : 'http';
  return accept({ protocol, host: server.value, port: number.value, path: path.replace(/\/+$/, ''), query });
}

function isQuery(query: string): boolean {
  return query.split('&').every((parameter) => query === '' || /^[\w.~%-]+=[\w./~%!$'()*+,;:@-]*$/.test(parameter));
}

/**
 * Servers, comma-separated. A comma within a query belongs to it, unless the next URL follows: lists of fields have
 * commas.
 */
export const serverAddresses: Kind<readonly ServerAddress[]> = {
  allowed: listOf(serverAddress).allowed,
  parse: (text) =>
    listOf(serverAddress).parse(
      text.replaceAll(/\?.*?(?=,\s*https?:\/\/|$)/gis, (query) => query.replaceAll(',', '%2C')),
    ),
};

function parseHost(text: string): Parsed<string> {
  if (isIP(text) !== 0) return text.includes('%') ? refuse('an IPv6 zone is not supported') : accept(text);
  const bracketed = /^\[(.*)\]$/.exec(text)?.[1];
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? parseHost(bracketed) : refuse();
  if (text.includes('://')) return refuse('it is a URL of a kind that is not accepted here');
  if (/:\d*$/.test(text)) return refuse('the port has a variable of its own');
  return isHostName(text) ? accept(text) : refuse();
}

function isHostName(text: string): boolean {
  const labels = text.replace(/\.$/, '').split('.');
  return (
    text.length <= 253 &&
    labels.every((label) => /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/i.test(label)) &&
    !/^\d+$/.test(labels.at(-1) ?? '')
  );
}
