import type { Anomaly } from '../../http/anomaly.ts';
import type { RequestHead, ResponseHead } from '../../http/head.ts';
import type { HeaderFields } from '../../http/header-fields.ts';
import { isInterim, isSuccess } from '../../http/status.ts';
import { isDigit, trimmed } from '../head/characters.ts';

/** Where the body of a message ends (RFC 9112, section 6.3), and what is odd about what says so. */
export type Framing = { readonly anomaly?: Anomaly } & (
  | { readonly kind: 'none' }
  | (BodyFraming & {
      /**
       * The answer to a HEAD that was not seen has no body, whatever its fields say, an interim answer should have
       * none, nor may one whose status could not be read: there is none if a message comes in its place.
       */
      readonly mayBeAbsent: boolean;
    })
  /** The connection is something else from here on (CONNECT, Upgrade). */
  | { readonly kind: 'tunnel' }
  /** What follows depends on the answer: a CONNECT that may be refused, and then had a body of `bytes` bytes. */
  | { readonly kind: 'undecided'; readonly bytes: number }
  /** Nothing tells the end reliably; `isBody`: some of it may be body, else what follows the head is not. */
  | { readonly kind: 'broken'; readonly isBody: boolean }
);

/** `isUnreliable`: chunked is not the last coding. The body is read, but nobody knows what comes behind it. */
export type BodyFraming =
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked'; readonly isUnreliable?: true }
  | { readonly kind: 'until-close' };

type Length =
  | { readonly bytes: number | undefined; readonly anomaly?: undefined }
  | { readonly bytes?: undefined; readonly anomaly: 'invalid_length' | 'conflicting_length' };
type Coding = 'none' | 'chunked' | 'chunked-inside' | 'other';

const none: Framing = { kind: 'none' };
const chunked: Framing = { kind: 'chunked', mayBeAbsent: false };
const tunnel: Framing = { kind: 'tunnel' };
const noLength: Length = { bytes: undefined };
const chunkedInside: Framing = {
  kind: 'chunked',
  isUnreliable: true,
  mayBeAbsent: false,
  anomaly: 'invalid_transfer_coding',
};
const notChunked: Framing = { kind: 'broken', isBody: false, anomaly: 'invalid_transfer_coding' };
const invalidLength: Framing = { kind: 'broken', isBody: false, anomaly: 'invalid_length' };
const conflictingLength: Framing = { kind: 'broken', isBody: true, anomaly: 'conflicting_length' };

export function requestFraming({ method, headers }: RequestHead): Framing {
  if (method === 'CONNECT') return { kind: 'undecided', bytes: contentLength(headers).bytes ?? 0 };
  const coding = transferCoding(headers);
  if (coding === 'chunked') return hasLength(headers) ? { ...chunked, anomaly: 'length_and_chunked' } : chunked;
  if (coding !== 'none') return coding === 'chunked-inside' ? chunkedInside : notChunked;
  const { bytes, anomaly } = contentLength(headers);
  if (anomaly !== undefined) return anomaly === 'invalid_length' ? invalidLength : conflictingLength;
  return bytes === undefined || bytes === 0 ? none : { kind: 'length', bytes, mayBeAbsent: false };
}

/** `method` is that of the request it answers, where one was seen. */
export function responseFraming({ status, headers }: ResponseHead, method: string | undefined): Framing {
  if (status === 101) return tunnel;
  if (method === 'CONNECT' && isSuccess(status)) return tunnel;
  if (status === 204 || status === 304 || method === 'HEAD') return none;
  const mayBeAbsent = isInterim(status) || method === undefined || status === undefined;
  const coding = transferCoding(headers, 'identity');
  if (coding === 'chunked') {
    return hasLength(headers)
      ? { kind: 'chunked', mayBeAbsent, anomaly: 'length_and_chunked' }
      : { kind: 'chunked', mayBeAbsent };
  }
  if (coding === 'chunked-inside') return { kind: 'until-close', mayBeAbsent, anomaly: 'invalid_transfer_coding' };
  const { bytes, anomaly } = coding === 'none' ? contentLength(headers) : noLength;
  if (bytes !== undefined) return bytes === 0 ? none : { kind: 'length', bytes, mayBeAbsent };
  if (isInterim(status)) return none;
  return anomaly === undefined ? { kind: 'until-close', mayBeAbsent } : { kind: 'until-close', mayBeAbsent, anomaly };
}

function hasLength(headers: HeaderFields): boolean {
  return headers.field('content-length') !== undefined;
}

/**
 * Chunked must be the last coding; several fields are one list, and empty elements count for nothing, nor does the one
 * that is `ignored` before it: clients read `identity` as RFC 2616 had it, servers refuse it.
 */
function transferCoding(headers: HeaderFields, ignored = ''): Coding {
  let coding: Coding = 'none';
  let isInside = false;
  for (const value of headers.all('transfer-encoding')) {
    for (const part of value.includes(',') ? value.split(',') : [value]) {
      const name = trimmed(part, 0, part.length).toLowerCase();
      if (name === '' || (name === ignored && !isInside)) continue;
      coding = name === 'chunked' ? 'chunked' : 'other';
      if (coding === 'chunked') isInside = true;
    }
  }
  return coding === 'other' && isInside ? 'chunked-inside' : coding;
}

/** The same length said several times is one length (RFC 9110, section 8.6). */
function contentLength(headers: HeaderFields): Length {
  const values = headers.all('content-length');
  if (values.length === 0) return noLength;
  const only = values.length === 1 ? decimal(values[0] as string) : undefined;
  if (only !== undefined) return { bytes: only };
  let length: number | undefined;
  let isConflict = false;
  for (const value of values) {
    for (const part of value.includes(',') ? value.split(',') : [value]) {
      const next = decimal(trimmed(part, 0, part.length));
      if (next === undefined) return { anomaly: 'invalid_length' };
      if (length !== undefined && next !== length) isConflict = true;
      length = next;
    }
  }
  return isConflict ? { anomaly: 'conflicting_length' } : { bytes: length };
}

function decimal(text: string): number | undefined {
  for (let at = 0; at < text.length; at++) if (!isDigit(text.charCodeAt(at))) return undefined;
  const value = Number(text);
  return text !== '' && Number.isSafeInteger(value) ? value : undefined;
}
