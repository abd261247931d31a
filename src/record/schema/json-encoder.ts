import type { LogRecord } from '../record.ts';
import { TimeFormatter } from '../rfc3339.ts';
import { createFieldMember } from './json-field.ts';
import { JsonMember } from './json-member.ts';
import type { Schema } from './schema.ts';
import { type SchemaNode, schemaTree } from './schema-tree.ts';

/**
 * Makes what writes records as JSON in the field names of a schema: the same as `JSON.stringify` of the object that
 * `createObjectEncoder` gives, without the object. A sidecar spends more on this than on anything else.
 */
export function createJsonEncoder(schema: Schema): (record: LogRecord) => string {
  const write = createObjectWriter(schemaTree(schema), new TimeFormatter());
  return (record) => write(record) ?? '{}';
}

/** Writes one object; undefined if nothing in it is known. */
function createObjectWriter(
  nodes: readonly SchemaNode[],
  times: TimeFormatter,
): (record: LogRecord) => string | undefined {
  const members = nodes.map((node) =>
    node.kind === 'group'
      ? new JsonMember(node.name, 'json', createObjectWriter(node.nodes, times))
      : createFieldMember(node.name, node.field, times),
  );
  return (record) => {
    let json = '';
    let isInText = false;
    for (let index = 0; index < members.length; index++) {
      const member = members[index] as JsonMember;
      const value = member.valueIn(record);
      if (value === undefined) continue;
      const { first, next, afterText } = member.name;
      json += member.json(json === '' ? first : isInText ? afterText : next, value);
      isInText = member.isText;
    }
    if (json === '') return undefined;
    return json + (isInText ? '"}' : '}');
  };
}
