import type { SchemaName } from '../../record/schema/schemas.ts';
import { elasticsearchFields } from './elasticsearch-fields.ts';

/** Of a mapping: names may have dots in them instead of objects around them. */
export type Properties = { readonly [field: string]: Property };
type Property = { readonly type?: unknown; readonly enabled?: unknown; readonly properties?: Properties } | null;

/** Whether all headers are one field there, so that clients cannot make fields of their own. */
export function keepsHeaders(properties: Properties, schema: SchemaName): boolean {
  const fields = Object.entries(elasticsearchFields[schema]).filter(([, type]) => type === 'headers');
  return fields.every(([field]) => isOneField(find(properties, field)));
}

function isOneField(property: Property | undefined): boolean {
  return property?.type === 'flattened' || property?.type === 'flat_object' || property?.enabled === false;
}

function find(properties: Properties, field: string): Property | undefined {
  if (Object.hasOwn(properties, field)) return properties[field];
  for (const [name, property] of Object.entries(properties)) {
    const found =
      field.startsWith(`${name}.`) && property?.properties && find(property.properties, field.slice(name.length + 1));
    if (found) return found;
  }
  return undefined;
}
