import type { Field } from './field.ts';
import type { Schema } from './schema.ts';

const timestamp: Field = { name: '@timestamp', kind: 'time', of: (record) => record.startTime };

/** A schema in which records have their time where Logstash and Elasticsearch look for it. Some have it anyway. */
export function withTimestamp(schema: Schema): Schema {
  const hasTimestamp = schema.fields.some(({ name }) => name === timestamp.name);
  return hasTimestamp ? schema : { ...schema, fields: [timestamp, ...schema.fields] };
}
