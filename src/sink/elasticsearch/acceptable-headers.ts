import { LoggedHeaders } from '../../record/headers/logged-headers.ts';
import type { LogRecord } from '../../record/record.ts';

/**
 * OpenSearch refuses a document for a header value that does not fit into one term (32,766 bytes, up to four for a
 * character).
 */
const maxHeaderLength = 8000;
/** Elasticsearch refuses a document for this character in the name of a header; as it is written in JSON. */
const escapedNull = '\\u0000';

/** Whether a document is one of the few whose headers must be looked at one by one. */
export function canBeRefused(document: string): boolean {
  return document.length > maxHeaderLength || document.includes(escapedNull);
}

/** The record itself if every server takes its headers. */
export function withAcceptableHeaders(record: LogRecord): LogRecord {
  const { requestHeaders, responseHeaders } = record;
  if (isAcceptable(requestHeaders) && isAcceptable(responseHeaders)) return record;
  return { ...record, requestHeaders: acceptable(requestHeaders), responseHeaders: acceptable(responseHeaders) };
}

function isAcceptable(headers: LoggedHeaders | undefined): boolean {
  return Object.entries(headers?.object ?? {}).every(
    ([name, value]) => !name.includes('\0') && [value].flat().every((one) => one.length <= maxHeaderLength),
  );
}

function acceptable(headers: LoggedHeaders | undefined): LoggedHeaders | undefined {
  return (
    headers &&
    LoggedHeaders.of(
      Object.fromEntries(
        Object.entries(headers.object).map(([name, value]) => [
          name.replaceAll('\0', '\ufffd'),
          typeof value === 'string' ? shorten(value) : value.map(shorten),
        ]),
      ),
    )
  );
}

function shorten(value: string): string {
  return value.length > maxHeaderLength ? `${value.slice(0, maxHeaderLength)}…` : value;
}
