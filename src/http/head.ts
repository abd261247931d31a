import { looksLikeFields } from './detect.ts';
import { HeaderFields } from './header-fields.ts';
import { parseRequestLine, parseStatusLine, type RequestLine, type StatusLine } from './start-line.ts';

type Fields<Kind> = {
  readonly kind: Kind;
  readonly headers: HeaderFields;
  /** What a later stage has made of it, for the next message with the same head. */
  note?: object | undefined;
};

/** A message head, decoded once as Latin-1 (one character per byte). */
export type RequestHead = Omit<RequestLine, 'form'> & Fields<'request'>;

export type ResponseHead = StatusLine & Fields<'response'>;

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
  return {
    kind: 'request',
    method,
    target,
    protocol,
    headers: new HeaderFields(text, start, 'request'),
    note: undefined,
  };
}

/** Takes apart a response head (RFC 9112, section 4); `undefined` if the first line is not a status line. */
export function parseResponseHead(text: string): ResponseHead | undefined {
  const line = parseStatusLine(text);
  if (line === undefined) return undefined;
  const { status, protocol } = line;
  return {
    kind: 'response',
    status,
    protocol,
    headers: new HeaderFields(text, endOfLine(text, 0) + 1, 'response'),
    note: undefined,
  };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
