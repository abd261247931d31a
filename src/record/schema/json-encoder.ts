import type { LogRecord } from '../record.ts';
import { TimeFormatter } from '../rfc3339.ts';
import type { FieldOrigin } from './field.ts';
import { createFieldMember } from './json-field.ts';
import { JsonMember } from './json-member.ts';
import type { Schema } from './schema.ts';
import { type SchemaNode, schemaTree } from './schema-tree.ts';
import { sharedSource } from './shared-source.ts';

type ObjectWriter = (record: LogRecord) => string | undefined;

/**
 * Makes what writes records as JSON in the field names of a schema: the same as `JSON.stringify` of the object that
 * `createObjectEncoder` gives, without the object. A sidecar spends more on this than on anything else.
 */
export function createJsonEncoder(schema: Schema): (record: LogRecord) => string {
  const write = createObjectWriter(schemaTree(schema), new TimeFormatter());
  return (record) => write(record) ?? '{}';
}

/** Writes one object; undefined if nothing in it is known. */
function createObjectWriter(nodes: readonly SchemaNode[], times: TimeFormatter): ObjectWriter {
  return writerOf(membersOf(nodes, times));
}

/** Neighbours that are made from the same object of a record are one member. */
function membersOf(nodes: readonly SchemaNode[], times: TimeFormatter): readonly JsonMember[] {
  const members: JsonMember[] = [];
  for (let from = 0; from < nodes.length; ) {
    const origin = originOf(nodes[from]);
    let end = from + 1;
    while (origin !== undefined && originOf(nodes[end]) === origin) end++;
    const made = nodes.slice(from, end).map((node) => memberOf(node, times));
    if (origin === undefined || made.length === 1) members.push(...made);
    else members.push(new JsonMember(undefined, 'json', sharedSource(origin, writerOf(made))));
    from = end;
  }
  return members;
}

function originOf(node: SchemaNode | undefined): FieldOrigin | undefined {
  return node?.kind === 'field' ? node.field.from : undefined;
}

function memberOf(node: SchemaNode, times: TimeFormatter): JsonMember {
  return node.kind === 'group'
    ? new JsonMember(node.name, 'json', createObjectWriter(node.nodes, times))
    : createFieldMember(node.name, node.field, times);
}

function writerOf(members: readonly JsonMember[]): ObjectWriter {
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
