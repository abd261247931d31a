import { ecs } from './ecs.ts';
import { flat } from './flat.ts';
import { legacy } from './legacy.ts';
import { otel } from './otel.ts';
import type { Schema } from './schema.ts';

/** The table of schemas: a new one is one file and one row here. */
export const schemas = { flat, ecs, otel, legacy } as const satisfies { readonly [name: string]: Schema };

/** The values of LOG_SCHEMA. */
export type SchemaName = keyof typeof schemas;
