const scheme = /^[a-z][a-z0-9+.-]*:\/\//i;
const authorityEndPattern = /[/?#]/g;

/**
 * Path of a request target (RFC 9112 section 3.2) without query and fragment: `/` for an absolute form without one,
 * undefined for an authority form, as of no target.
 */
export function targetPath(target: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  const first = target.charCodeAt(0);
  if (first === 0x2f || first === 0x2a) return beforeQuery(target);
  const start = authorityStart(target);
  if (start < 0) return undefined;
  return beforeQuery(target.slice(authorityEnd(target, start))) || '/';
}

/** The part of a request target between `?` and `#`; undefined when there is no `?`. */
export function targetQuery(target: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  const mark = target.indexOf('?');
  if (mark < 0) return undefined;
  const fragment = target.indexOf('#');
  if (fragment < 0) return target.slice(mark + 1);
  return fragment < mark ? undefined : target.slice(mark + 1, fragment);
}

/**
 * Host and port named by a request target, without user-info: of an absolute form, and of the authority form of
 * CONNECT; else undefined.
 */
export function targetAuthority(method: string | undefined, target: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  const first = target.charCodeAt(0);
  if (first === 0x2f || first === 0x2a) return undefined;
  const start = authorityStart(target);
  if (start < 0 && method !== 'CONNECT') return undefined;
  const from = Math.max(0, start);
  return withoutUserInfo(target.slice(from, authorityEnd(target, from))) || undefined;
}

/** `user:password@host` without the part up to the last `@`. */
export function withoutUserInfo(authority: string): string {
  return authority.slice(authority.lastIndexOf('@') + 1);
}

/** `http`, or the scheme that an absolute-form target names, in lower case. */
export function targetScheme(target: string | undefined): string {
  if (target === undefined || target.charCodeAt(0) === 0x2f) return 'http';
  const start = authorityStart(target);
  return start < 0 ? 'http' : target.slice(0, start - 3).toLowerCase();
}

/** Where the authority of an absolute-form target begins, or -1. */
function authorityStart(target: string): number {
  const mark = target.indexOf('://');
  return mark > 0 && scheme.test(target) ? mark + 3 : -1;
}

function authorityEnd(target: string, from: number): number {
  authorityEndPattern.lastIndex = from;
  const match = authorityEndPattern.exec(target);
  return match === null ? target.length : match.index;
}

function beforeQuery(text: string): string {
  const mark = text.indexOf('?');
  const path = mark < 0 ? text : text.slice(0, mark);
  const fragment = path.indexOf('#');
  return fragment < 0 ? path : path.slice(0, fragment);
}
