import type { LogRecord } from '../record/record.ts';
import { createJsonEncoder } from '../record/schema/json-encoder.ts';
import { createObjectEncoder } from '../record/schema/object-encoder.ts';
import type { SchemaRecord } from '../record/schema/schema-record.ts';
import { type SchemaName, schemas } from '../record/schema/schemas.ts';
import { withNamedObjects } from '../record/schema/with-named-objects.ts';
import { withTimestamp } from '../record/schema/with-timestamp.ts';

/** What the encoders of the sinks share: records come one after the other to all sinks, and are made once for all. */
export type Encodings = {
  readonly schema: SchemaName;
  readonly toSchema: (record: LogRecord) => SchemaRecord;
  readonly toJson: (record: LogRecord) => string;
  /** JSON with the time of the record as `@timestamp`, by which Logstash and Elasticsearch order events. */
  readonly toEvent: (record: LogRecord) => string;
  /** An event with one object for all headers, and one for all labels, for what has an index of its fields. */
  readonly toDocument: (record: LogRecord) => string;
};

export function createEncodings(name: SchemaName): Encodings {
  const schema = schemas[name];
  const event = withTimestamp(schema);
  const document = withNamedObjects(event);
  const toJson = once(createJsonEncoder(schema));
  const toEvent = event === schema ? toJson : once(createJsonEncoder(event));
  const toDocument = document === event ? toEvent : once(createJsonEncoder(document));
  return { schema: name, toSchema: once(createObjectEncoder(schema)), toJson, toEvent, toDocument };
}

/** Remembers what became of the last record. */
function once<Result>(make: (record: LogRecord) => Result): (record: LogRecord) => Result {
  let last: LogRecord | undefined;
  let result: Result | undefined;
  return (record) => {
    if (record === last && result !== undefined) return result;
    const made = make(record);
    last = record;
    result = made;
    return made;
  };
}
