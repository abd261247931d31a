import type { LogRecord } from '../record.ts';
import { TimeFormatter } from '../rfc3339.ts';
import { endpointsSource } from './endpoints-source.ts';
import { createFieldMember } from './json-field.ts';
import { JsonMember } from './json-member.ts';
import type { Schema } from './schema.ts';
import { type SchemaNode, schemaTree } from './schema-tree.ts';

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

/** Neighbours that say the same of all exchanges of a connection are one member. */
function membersOf(nodes: readonly SchemaNode[], times: TimeFormatter): readonly JsonMember[] {
  const members: JsonMember[] = [];
  for (let from = 0; from < nodes.length; ) {
    let end = from;
    while (isOfConnection(nodes[end])) end++;
    if (end > from + 1) {
      const write = writerOf(nodes.slice(from, end).map((node) => memberOf(node, times)));
      members.push(new JsonMember(undefined, 'json', endpointsSource(write)));
    } else {
      end = from + 1;
      members.push(memberOf(nodes[from] as SchemaNode, times));
    }
    from = end;
  }
  return members;
}

function isOfConnection(node: SchemaNode | undefined): boolean {
  return node?.kind === 'field' && node.field.isOfConnection === true;
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
