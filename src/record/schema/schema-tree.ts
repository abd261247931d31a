import type { Field } from './field.ts';
import type { Schema } from './schema.ts';

/** What an object of a record holds under one name: a field, or another object. */
export type SchemaNode =
  | { readonly kind: 'field'; readonly name: string; readonly field: Field }
  | { readonly kind: 'group'; readonly name: string; readonly nodes: readonly SchemaNode[] };

/** The objects that the fields of a schema stand in. Fields of one object follow each other in the table. */
export function schemaTree({ isNested, fields }: Schema): readonly SchemaNode[] {
  if (!isNested) return fields.map((field) => ({ kind: 'field', name: field.name, field }));
  return nodesOf(fields.map((field) => ({ path: field.name.split('.'), field })));
}

type Place = { readonly path: readonly string[]; readonly field: Field };

function nodesOf(places: readonly Place[]): readonly SchemaNode[] {
  const nodes: SchemaNode[] = [];
  for (let from = 0; from < places.length; ) {
    const { path, field } = places[from] as Place;
    const name = path[0] as string;
    let end = from + 1;
    if (path.length === 1) {
      nodes.push({ kind: 'field', name, field });
    } else {
      while (places[end]?.path[0] === name) end++;
      const inside = places.slice(from, end).map((place) => ({ path: place.path.slice(1), field: place.field }));
      nodes.push({ kind: 'group', name, nodes: nodesOf(inside) });
    }
    from = end;
  }
  return nodes;
}
