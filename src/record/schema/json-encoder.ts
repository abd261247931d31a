import type { LogRecord } from '../record.ts';
import { TimeFormatter } from '../rfc3339.ts';
import { createFieldMember } from './json-field.ts';
import { JsonMember } from './json-member.ts';
import { createObjectWriter, type ObjectWriter } from './object-writer.ts';
import type { Schema } from './schema.ts';
import { type SchemaNode, schemaTree } from './schema-tree.ts';

/**
 * Makes what writes records as JSON in the field names of a schema: the same as `JSON.stringify` of the object that
 * `createObjectEncoder` gives, without the object. A sidecar spends more on this than on anything else.
 */
export function createJsonEncoder(schema: Schema): (record: LogRecord) => string {
  const write = writerOf(schemaTree(schema), new TimeFormatter());
  return (record) => write(record) ?? '{}';
}

function writerOf(nodes: readonly SchemaNode[], times: TimeFormatter): ObjectWriter {
  const members = nodes.map((node) =>
    node.kind === 'group'
      ? new JsonMember(node.name, 'json', writerOf(node.nodes, times))
      : createFieldMember(node.name, node.field, times),
  );
  return createObjectWriter(members);
}
