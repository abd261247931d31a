import type { LogRecord } from '../record.ts';
import { TimeFormatter } from '../rfc3339.ts';
import type { Field, NamedValues } from './field.ts';
import type { Schema } from './schema.ts';
import type { SchemaRecord } from './schema-record.ts';
import { type SchemaNode, schemaTree } from './schema-tree.ts';

/** Makes what gives records as plain objects in the field names of a schema; what is not known is not there. */
export function createObjectEncoder(schema: Schema): (record: LogRecord) => SchemaRecord {
  const nodes = schemaTree(schema);
  const times = new TimeFormatter();
  return (record) => objectOf(nodes, record, times) ?? {};
}

/** Undefined if nothing in it is known. */
function objectOf(nodes: readonly SchemaNode[], record: LogRecord, times: TimeFormatter): SchemaRecord | undefined {
  const object: { [name: string]: unknown } = {};
  let isEmpty = true;
  for (const node of nodes) {
    const value = node.kind === 'group' ? objectOf(node.nodes, record, times) : plainValue(node.field, record, times);
    if (value === undefined) continue;
    if (node.kind === 'field' && node.field.kind === 'attributes')
      addAttributes(object, node.name, value as NamedValues);
    else object[node.name] = value;
    isEmpty = false;
  }
  return isEmpty ? undefined : object;
}

function plainValue(field: Field, record: LogRecord, times: TimeFormatter): unknown {
  switch (field.kind) {
    case 'time': {
      const time = field.of(record);
      return time === undefined ? undefined : times.format(time);
    }
    case 'headers':
      return field.of(record)?.object;
    default:
      return field.of(record);
  }
}

function addAttributes(object: { [name: string]: unknown }, prefix: string, values: NamedValues): void {
  for (const [name, value] of Object.entries(values)) object[`${prefix}.${name}`] = value;
}
