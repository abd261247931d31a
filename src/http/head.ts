import { looksLikeFields } from './detect.ts';
import { HeaderFields } from './header-fields.ts';
import { parseRequestLine, parseStatusLine, type RequestLine, type StatusLine } from './start-line.ts';

/** A message head, decoded once as Latin-1 (one character per byte). */
export type RequestHead = Omit<RequestLine, 'form'> & { readonly kind: 'request'; readonly headers: HeaderFields };

export type ResponseHead = StatusLine & { readonly kind: 'response'; readonly headers: HeaderFields };

export type AnyHead = RequestHead | ResponseHead;

/** Takes apart a request head (RFC 9112, section 3); `undefined` if the first line is not a request line. */
export function parseRequestHead(text: string): RequestHead | undefined {
  const lineEnd = endOfLine(text, 0);
  const line = parseRequestLine(text, lineEnd);
  if (line === undefined) return undefined;
  const { method, target, protocol, form } = line;
  let start = lineEnd + 1;
  if (form !== 'versioned' && looksLikeFields(text, start) !== 'yes') {
    if (form === 'bare') return undefined;
    start = text.length;
  }
  return { kind: 'request', method, target, protocol, headers: new HeaderFields(text, start, 'request') };
}

/** Takes apart a response head (RFC 9112, section 4); `undefined` if the first line is not a status line. */
export function parseResponseHead(text: string): ResponseHead | undefined {
  const line = parseStatusLine(text);
  if (line === undefined) return undefined;
  const { status, protocol } = line;
  return { kind: 'response', status, protocol, headers: new HeaderFields(text, endOfLine(text, 0) + 1, 'response') };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
