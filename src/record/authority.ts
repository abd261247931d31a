/** Host and port of an authority; the brackets of an IPv6 address stay. */
export type Authority = { readonly host: string; readonly port: number | undefined };

/** Takes `host:port` apart (RFC 3986 section 3.2); a port that is not a number from 0 to 65535 is left out. */
export function parseAuthority(authority: string): Authority {
  const bracket = authority.lastIndexOf(']');
  const colon = authority.indexOf(':', Math.max(0, bracket));
  if (colon < 0) return { host: authority, port: undefined };
  const digits = authority.slice(colon + 1);
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : undefined;
  return { host: authority.slice(0, colon), port: port !== undefined && port <= 65_535 ? port : undefined };
}
