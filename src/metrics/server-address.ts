import type { RequestHead } from '../http/head.ts';
import { parseAuthority } from '../record/authority.ts';
import { targetAuthority, withoutUserInfo } from '../record/target.ts';

const maxLength = 253;
const hostName = /^[a-z0-9_](?:[-a-z0-9_.]*[a-z0-9_])?\.?$/;
const ipv6 = /^\[[0-9a-f:.]+\]$/;

/** The authority that a request is for, as sent. */
export function authorityOf({ method, target, authority, headers }: RequestHead): string | undefined {
  return targetAuthority(method, target) ?? authority ?? headers.get('host');
}

/**
 * `server.address` of OpenTelemetry: the host of an authority, by name or by address, in lower case and without its
 * port. Undefined for what is no host.
 */
export function serverAddress(authority: string): string | undefined {
  const host = parseAuthority(withoutUserInfo(authority)).host.toLowerCase();
  if (host.length > maxLength + 1) return undefined;
  if (ipv6.test(host)) return host.slice(1, -1);
  if (!hostName.test(host)) return undefined;
  return host.endsWith('.') ? host.slice(0, -1) : host;
}
