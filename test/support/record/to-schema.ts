import type { LogRecord } from '../../../src/record/record.ts';
import { createObjectEncoder } from '../../../src/record/schema/object-encoder.ts';
import type { SchemaRecord } from '../../../src/record/schema/schema-record.ts';
import { type SchemaName, schemas } from '../../../src/record/schema/schemas.ts';

/** Records as objects in the field names of each schema. */
export const toSchema: { readonly [Name in SchemaName]: (record: LogRecord) => SchemaRecord } = {
  flat: createObjectEncoder(schemas.flat),
  ecs: createObjectEncoder(schemas.ecs),
  otel: createObjectEncoder(schemas.otel),
  legacy: createObjectEncoder(schemas.legacy),
};

export const schemaNames = Object.keys(schemas) as SchemaName[];
