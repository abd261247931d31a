import { LoggedHeaders } from '../../record/headers/logged-headers.ts';
import type { LogRecord } from '../../record/record.ts';
import { type SchemaName, schemas } from '../../record/schema/schema.ts';
import type { SchemaRecord } from '../../record/schema/schema-record.ts';
import { withTimestamp } from '../logstash/timestamped.ts';
import { createIndexNamer } from './elasticsearch-index.ts';

/** OpenSearch refuses a document for a header value that does not fit into one term (32,766 bytes, up to four for a character). */
const maxHeaderLength = 8000;
/** Elasticsearch refuses a document for this character in the name of a header; as it is written in JSON. */
const escapedNull = '\\u0000';

/** How a record is turned into its schema and into JSON: given, so that several sinks can share the work. */
export type DocumentEncodings = {
  readonly toSchema: (record: LogRecord) => SchemaRecord;
  readonly toJson: (record: LogRecord) => string;
};

/**
 * Makes the two lines of a record in a bulk request: what to do, and the document. It is `create` for every server, because data streams
 * take nothing else, and because a document that is sent again must not count as another.
 */
export function createBulkEncoder(
  schema: SchemaName,
  index: string,
  encodings: DocumentEncodings = ownEncodings(schema),
): (record: LogRecord) => string {
  const indexOf = createIndexNamer(index);
  const document = documents[schema];
  return (record) => {
    const action = JSON.stringify({ create: { _index: indexOf(record.startTime), _id: documentId(record) } });
    const text = document(record, encodings);
    const isHarmless = text.length <= maxHeaderLength && !text.includes(escapedNull);
    const acceptable = isHarmless ? record : withAcceptableHeaders(record);
    return `${action}\n${acceptable === record ? text : document(acceptable, encodings)}\n`;
  };
}

function ownEncodings(schema: SchemaName): DocumentEncodings {
  const toSchema = schemas[schema];
  return { toSchema, toJson: (record) => JSON.stringify(toSchema(record)) };
}

/** The record's id; of the same exchange there is one document from the server's pod and one from the client's. */
function documentId({ id, direction }: LogRecord): string {
  return direction === 'outgoing' ? `${id}-outgoing` : id;
}

const documents: { readonly [Name in SchemaName]: (record: LogRecord, encodings: DocumentEncodings) => string } = {
  flat: (record, { toJson }) => withTimestamp(record, toJson(record)),
  ecs: (record, { toJson }) => toJson(record),
  otel: (record, { toSchema }) => JSON.stringify(withNameObjects(toSchema(record))),
  legacy: (record, { toJson }) => withTimestamp(record, toJson(record)),
};

const namedAttribute = /^(http\.(?:request|response)\.header|k8s\.pod\.label)\.(.+)$/s;

/** One field for all headers, and one for all labels, instead of a field for each, of which an index could not have enough. */
function withNameObjects(attributes: SchemaRecord): SchemaRecord {
  const document: { [field: string]: unknown } = {};
  for (const [attribute, value] of Object.entries(attributes)) {
    const [, field, name] = namedAttribute.exec(attribute) ?? [];
    if (field === undefined || name === undefined) {
      document[attribute] = value;
      continue;
    }
    // Without a prototype, so that `__proto__` is a name like any other.
    document[field] ??= Object.create(null);
    (document[field] as { [name: string]: unknown })[name] = value;
  }
  return document;
}

/** The record itself if nobody minds its headers. */
function withAcceptableHeaders(record: LogRecord): LogRecord {
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
