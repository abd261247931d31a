import type { SchemaName } from '../../record/schema/schemas.ts';

/**
 * What our templates, and the indices that are made from them, say of themselves in `_meta`. Earlier versions read the
 * same fields: they leave what has a larger number alone.
 */
export type TemplateMark = {
  readonly owner?: unknown;
  readonly version?: unknown;
  readonly schema?: unknown;
  readonly data_stream?: unknown;
};

/** By this a template is known as ours. */
export const owner = 'kubernetes-internal-http-logger';
/** Grows with every change of the mappings; a test knows what each version has. */
export const version = 2;

export function isOurs(mark: TemplateMark): boolean {
  return mark.owner === owner;
}

/** Newer ones are never replaced. */
export function isNewer(mark: TemplateMark): boolean {
  return Number(mark.version) > version;
}

export function isOlder(mark: TemplateMark): boolean {
  return !(Number(mark.version) >= version);
}

/** A version for a sentence; anyone may have written it. */
export function versionOf(mark: TemplateMark): string {
  return String(mark.version).slice(0, 20);
}

export function markOf(schema: SchemaName, isDataStream: boolean): TemplateMark {
  return { owner, version, schema, data_stream: isDataStream };
}
