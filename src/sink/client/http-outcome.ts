import type { Failure, SendOutcome } from '../transport.ts';
import type { HttpAnswer, HttpFailure } from './http-client.ts';
import { parseObject } from './parse-object.ts';

/** How much of what a server says is repeated. */
const maxReason = 300;

/** What an answer other than 2xx means for a request with this many records. */
export function refusedOutcome(answer: HttpAnswer, records: number): SendOutcome {
  const { status, retryAfterMs } = answer;
  const reason = refusalOf(answer);
  if (status === 413) return { kind: 'too-large' };
  // One record spoils the request: halving finds it.
  if (status === 400) return records > 1 ? { kind: 'too-large' } : { kind: 'rejected', reason };
  return isPassing(status)
    ? { kind: 'retry', reason, ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }) }
    : { kind: 'misconfigured', reason };
}

/** What it means that there was no answer. */
export function failureOutcome({ reason, isMisconfigured }: HttpFailure): Failure {
  return { kind: isMisconfigured ? 'misconfigured' : 'retry', reason };
}

/** Who refuses, and why. */
export function refusalOf(answer: HttpAnswer): string {
  return `${answer.baseUrl}: it answers ${describeAnswer(answer)}`;
}

/** Whether this status tells of a state that may pass by itself. */
export function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

/** Status and reason of an answer, short enough for a log line and without our credentials. */
export function describeAnswer({ status, text, location, hide }: HttpAnswer): string {
  const { error } = parseObject(text);
  const said = typeof error === 'object' ? errorText(error) : typeof error === 'string' ? error : text;
  const reason =
    location === undefined ? shorten(hide(said).replaceAll(/<[^>]*>/g, ' ')) : `elsewhere: ${shorten(hide(location))}`;
  return reason === '' ? String(status) : `${status}: ${reason}`;
}

/** An error as Elasticsearch writes it: an object, or a text. */
export function errorText(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error ?? '');
  const {
    type,
    reason,
    caused_by: cause,
  } = error as { type?: unknown; reason?: unknown; caused_by?: { reason?: unknown } };
  return [type, reason, cause?.reason].filter((part) => typeof part === 'string').join(': ');
}

/** In one line of limited length. */
export function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > maxReason ? `${line.slice(0, maxReason)}…` : line;
}
