import type { RecordHeaders } from '../../record/headers/logged-headers.ts';
import type { Fields } from './elasticsearch-fields.ts';

/**
 * What Elasticsearch takes for a date where nothing says what a field is (`dynamic_date_formats`), and more: the first
 * text of a field decides, and others are refused from then on.
 */
const date = /^[-+]?\d{4,9}[-/]\d{1,2}/;

const lineFeed = '\n';

/** The body of a bulk request, in which every second line is a document, with plain documents. */
export function plainBody(body: string, fields: Fields): string {
  const isDocument = (index: number) => index % 2 === 1;
  return body
    .split(lineFeed)
    .map((line, index) => (isDocument(index) ? plainDocument(line, fields) : line))
    .join(lineFeed);
}

/**
 * A document, in JSON, for an index whose fields get their types from the first value: headers are a list of lines
 * instead of a field for each name, and no text of a client decides that its field is a date.
 */
export function plainDocument(document: string, fields: Fields): string {
  return JSON.stringify(plainObject(JSON.parse(document), '', fields));
}

function plainObject(object: object, path: string, fields: Fields): object {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, plain(value, path === '' ? name : `${path}.${name}`, fields)]),
  );
}

function plain(value: unknown, path: string, fields: Fields): unknown {
  const type = fields[path];
  if (type === 'time' || type === 'date') return value;
  if (type === 'headers') return { lines: lines(value as RecordHeaders) };
  if (type === 'labels') return labels(value as RecordHeaders);
  if (typeof value === 'string') return undated(value);
  if (Array.isArray(value)) return value.map((one) => plain(one, path, fields));
  return typeof value === 'object' && value !== null ? plainObject(value, path, fields) : value;
}

/** `name: value`, of which none is a date. */
function lines(headers: RecordHeaders): readonly string[] {
  return Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`));
}

/** Of a record of an earlier version there may be dots in the names. */
function labels(values: RecordHeaders): object {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name.replaceAll('.', '_'), undated(String(value))]),
  );
}

/** With a space in front of what looks like a date. */
function undated(text: string): string {
  return date.test(text) ? ` ${text}` : text;
}
