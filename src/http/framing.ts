import type { RequestHead, ResponseHead } from './head.ts';
import type { HeaderFields } from './header-fields.ts';

/** Where the body of a message ends (RFC 9112, section 6.3). */
export type Framing =
  | { readonly kind: 'none' }
  | (({ readonly kind: 'length'; readonly bytes: number } | { readonly kind: 'chunked' | 'until-close' }) & {
      /**
       * The answer to a HEAD that was not seen has no body, whatever its fields say, and an interim answer should have none: there is none if
       * a message comes in its place.
       */
      readonly mayBeAbsent: boolean;
    })
  /** The connection is something else from here on (CONNECT, Upgrade). */
  | { readonly kind: 'tunnel' }
  /** What follows depends on the answer: a CONNECT that may be refused, and then had a body of so many bytes. */
  | { readonly kind: 'undecided'; readonly bytes: number }
  /** The length contradicts itself: the end cannot be known. */
  | { readonly kind: 'broken' };

const none: Framing = { kind: 'none' };
const chunked: Framing = { kind: 'chunked', mayBeAbsent: false };
const tunnel: Framing = { kind: 'tunnel' };
const broken: Framing = { kind: 'broken' };

export function requestFraming(head: RequestHead): Framing {
  const length = contentLength(head.headers);
  if (head.method === 'CONNECT') return { kind: 'undecided', bytes: typeof length === 'number' ? length : 0 };
  if (isChunked(head.headers)) return chunked;
  if (length === 'conflict') return broken;
  return length === undefined || length === 0 ? none : { kind: 'length', bytes: length, mayBeAbsent: false };
}

/** `method` is that of the request it answers, where one was seen. */
export function responseFraming(head: ResponseHead, method: string | undefined): Framing {
  const { status } = head;
  if (status === 101) return tunnel;
  const isInterim = status < 200;
  if (status === 204 || status === 304 || method === 'HEAD') return none;
  if (method === 'CONNECT' && !isInterim && status < 300) return tunnel;
  const mayBeAbsent = isInterim || method === undefined;
  if (isChunked(head.headers)) return { kind: 'chunked', mayBeAbsent };
  const length = contentLength(head.headers);
  if (length === undefined || length === 'conflict') return isInterim ? none : { kind: 'until-close', mayBeAbsent };
  return length === 0 ? none : { kind: 'length', bytes: length, mayBeAbsent };
}

/** Chunked must be the last coding; when other codings stand in fields of their own, the last field decides. */
function isChunked(headers: HeaderFields): boolean {
  const last = headers.all('transfer-encoding').at(-1);
  return (
    last !== undefined &&
    last
      .slice(last.lastIndexOf(',') + 1)
      .trim()
      .toLowerCase() === 'chunked'
  );
}

/** The same length said several times is one length (RFC 9110, section 8.6). */
function contentLength(headers: HeaderFields): number | 'conflict' | undefined {
  const values = headers.all('content-length');
  let length: number | undefined;
  for (const value of values) {
    for (const part of value.includes(',') ? value.split(',') : [value]) {
      const next = decimal(part.trim());
      if (next === undefined || (length !== undefined && next !== length)) return 'conflict';
      length = next;
    }
  }
  return length;
}

function decimal(text: string): number | undefined {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return undefined;
  }
  const value = Number(text);
  return text !== '' && Number.isSafeInteger(value) ? value : undefined;
}
