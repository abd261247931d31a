import type { RecordHeaders } from '../../record/headers/logged-headers.ts';
import type { Fields } from './field-types.ts';

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
  const object: { [name: string]: unknown } = JSON.parse(document);
  makePlain(object, '', fields);
  return JSON.stringify(object);
}

/** In place: it is the only copy, and most of it stays. Names are those of the schema's fields. */
function makePlain(object: { [name: string]: unknown }, prefix: string, fields: Fields): void {
  for (const name of Object.keys(object)) {
    const value = object[name];
    const type = fields[prefix + name];
    if (typeof value === 'string') {
      if (type !== 'time' && type !== 'date') object[name] = undated(value);
    } else if (type === 'headers' || type === 'trailers') {
      object[name] = { lines: lines(value as RecordHeaders) };
    } else if (type === 'labels') {
      object[name] = labels(value as RecordHeaders);
    } else if (type === undefined && typeof value === 'object' && value !== null) {
      makePlain(value as { [name: string]: unknown }, `${prefix}${name}.`, fields);
    }
  }
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
