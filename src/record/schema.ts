import type { LogRecord } from './record.ts';
import { toEcs } from './schema/ecs.ts';
import { toFlat } from './schema/flat.ts';
import { flatJson } from './schema/flat-json.ts';
import { toLegacy } from './schema/legacy.ts';
import { toOtel } from './schema/otel.ts';
import type { SchemaRecord } from './schema-record.ts';

/** The values of LOG_SCHEMA. */
export type SchemaName = 'flat' | 'ecs' | 'otel' | 'legacy';

/** What writes JSON of a schema faster than by way of an object. */
export const jsonSchemas: { readonly [Name in SchemaName]?: (record: LogRecord) => string } = { flat: flatJson };

/** The field names of each schema: a new one is one file and one row here. */
export const schemas: { readonly [Name in SchemaName]: (record: LogRecord) => SchemaRecord } = {
  flat: toFlat,
  ecs: toEcs,
  otel: toOtel,
  legacy: toLegacy,
};
