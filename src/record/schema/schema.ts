import type { LogRecord } from '../record.ts';
import { toEcs } from './ecs.ts';
import { toFlat } from './flat.ts';
import { flatJson } from './flat-json.ts';
import { toLegacy } from './legacy.ts';
import { toOtel } from './otel.ts';
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
