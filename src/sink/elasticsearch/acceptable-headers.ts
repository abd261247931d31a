import { LoggedHeaders, type RecordHeaders } from '../../record/headers/logged-headers.ts';
import type { LogRecord } from '../../record/record.ts';

/**
 * OpenSearch refuses a document for a header whose field, name and value together do not fit into one term (32,766
 * bytes, up to three for a unit of a string), Elasticsearch for a name that does not. Up to this many units nothing is
 * cut; beyond it, name and value are cut to their own lengths.
 */
const maxLength = 8000;
const maxNameLength = 512;
/** Elasticsearch refuses a document for this character in the name of a header; as it is written in JSON. */
const escapedNull = '\\u0000';

/** Whether a document is one of the few whose headers must be looked at one by one. */
export function canBeRefused(document: string): boolean {
  return document.length > maxLength || document.includes(escapedNull);
}

/** The record itself if every server takes its headers. */
export function withAcceptableHeaders(record: LogRecord): LogRecord {
  const { requestHeaders, responseHeaders, requestTrailers, responseTrailers } = record;
  if ([requestHeaders, responseHeaders, requestTrailers, responseTrailers].every(isAcceptable)) return record;
  return {
    ...record,
    requestHeaders: acceptable(requestHeaders),
    responseHeaders: acceptable(responseHeaders),
    requestTrailers: acceptable(requestTrailers),
    responseTrailers: acceptable(responseTrailers),
  };
}

function isAcceptable(headers: LoggedHeaders | undefined): boolean {
  return Object.entries(headers?.object ?? {}).every(([name, value]) => !name.includes('\0') && !isLong(name, value));
}

/** Names that are the same when they are cut are one, with the values of all. */
function acceptable(headers: LoggedHeaders | undefined): LoggedHeaders | undefined {
  if (headers === undefined) return undefined;
  const found = new Map<string, string[]>();
  for (const [name, value] of Object.entries(headers.object)) {
    const whole = name.replaceAll('\0', '\ufffd');
    const shown = isLong(name, value) ? shorten(whole, maxNameLength) : whole;
    const values = [value].flat().map((one) => shorten(one, maxLength));
    const known = found.get(shown);
    if (known === undefined) found.set(shown, values);
    else for (const one of values) known.push(one);
  }
  return LoggedHeaders.of(named(found));
}

/** `fromEntries`, so that `__proto__` is a name like any other. */
function named(found: ReadonlyMap<string, readonly string[]>): RecordHeaders {
  return Object.fromEntries(
    [...found].map(([name, values]) => [name, values.length === 1 ? (values[0] as string) : values]),
  );
}

function isLong(name: string, value: string | readonly string[]): boolean {
  return [value].flat().some((one) => name.length + one.length > maxLength);
}

/** No half of a surrogate pair at its end. */
function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).replace(/[\ud800-\udbff]$/, '')}…` : text;
}
