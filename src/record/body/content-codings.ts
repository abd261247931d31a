import type { HeaderFields } from '../../http/header-fields.ts';

/** What senders write where nothing was coded: `identity`, transfer codings of other protocols, framing of S3. */
const noCodings: ReadonlySet<string> = new Set([
  ...['', 'identity', 'none', 'null', 'undefined', 'plain', 'text', 'raw', 'default', 'false'],
  ...['7bit', '8bit', 'binary', 'chunked', 'aws-chunked', 'json', 'unicode'],
]);
const otherNames: ReadonlyMap<string, string> = new Map([
  ['x-gzip', 'gzip'],
  ['gz', 'gzip'],
  ['zlib', 'deflate'],
  ['x-deflate', 'deflate'],
  ['brotli', 'br'],
  ['x-zstd', 'zstd'],
  ['x-compress', 'compress'],
]);
/** Of more names, only the last ones count: a look at each costs microseconds, and a head has room for many. */
const maxNames = 16;
const token = /^[!#$%&'*+.^_`|~\w-]{1,32}$/;

/** The content codings of a message in lower case, the last one first; names that are none are left out. */
export function contentCodings(headers: HeaderFields): string[] {
  return headers
    .all('content-encoding')
    .flatMap((value) => value.split(','))
    .slice(-maxNames)
    .map((name) =>
      name
        .trim()
        .replace(/^"(.*)"$/, '$1')
        .toLowerCase(),
    )
    .map((name) => otherNames.get(name) ?? name)
    .filter((name) => !noCodings.has(name) && !isCharset(name))
    .reverse();
}

/** What stands in the record for a body in a coding that cannot be undone. */
export function codingMark(coding: string): string {
  return token.test(coding) ? `[${coding}]` : '[unknown coding]';
}

/** `utf-8` is often taken for a coding. */
function isCharset(name: string): boolean {
  if (name === 'gzip' || name === 'br' || name === 'deflate' || name === 'zstd') return false;
  try {
    return new TextDecoder(name) !== undefined;
  } catch {
    return false;
  }
}
