import { redactionMark } from './redact-params.ts';

// The user-info of an authority ends at its last `@` (RFC 3986 section 3.2.1); `&name=` belongs to an outer query.
const authority = /(:\/\/|:\\\/\\\/)(?:[^/?#&\s<>"]|&(?![\w.%[\]-]*=))*@/g;
const encodedAuthority = /((?:%(?:25)*3a)(?:%(?:25)*2f){2})(?:(?!%(?:25)*(?:2f|3f|23))[^/?#&\s<>"])*(@|%(?:25)*40)/gi;
/** Without a scheme it is one only at the start of a URL: after `=`, in a `Link` or `Refresh`. */
const relativeAuthority = /(?<![^\s"'<=(,;])\/\/[^/?#&\s<>"]*@/g;
const authorityForm = /^[^/?#]*@/;

/** Replaces `user:password` before the `@` of every URL in a text, also of percent-encoded ones. */
export function redactUserInfo(text: string): string {
  let redacted = text;
  if (text.includes('@')) {
    redacted = redacted.replace(relativeAuthority, `//${redactionMark}@`).replace(authority, `$1${redactionMark}@`);
  }
  if (text.includes('%')) redacted = redacted.replace(encodedAuthority, `$1${redactionMark}$2`);
  return redacted;
}

/** The same for a target without scheme, as of CONNECT: `user:password@host:443`. */
export function redactAuthorityForm(target: string): string {
  return target.includes('@') ? target.replace(authorityForm, `${redactionMark}@`) : target;
}
