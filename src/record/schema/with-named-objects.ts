import type { Field } from './field.ts';
import type { Schema } from './schema.ts';

/**
 * A schema in which all values by names that nobody can foresee, of headers and labels, are one object for each field:
 * a field for each name would be more than an index or a table may have. Some schemas are so anyway.
 */
export function withNamedObjects(schema: Schema): Schema {
  const { fields } = schema;
  return fields.some(({ kind }) => kind === 'attributes') ? { ...schema, fields: fields.map(asObject) } : schema;
}

function asObject(field: Field): Field {
  return field.kind === 'attributes' ? { ...field, kind: 'names' } : field;
}
