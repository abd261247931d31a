import { jsonOf } from '../json-text.ts';
import type { LogRecord } from '../record.ts';
import type { TimeFormatter } from '../rfc3339.ts';
import type { Field, FieldKinds, NamedValues } from './field.ts';
import { type JsonForm, JsonMember, type JsonSource } from './json-member.ts';
import { millisecondsJson } from './milliseconds-json.ts';

const forms: { readonly [Kind in keyof FieldKinds]: JsonForm } = {
  time: 'plain',
  id: 'plain',
  ip: 'plain-word',
  token: 'plain-word',
  tokens: 'json',
  word: 'free-word',
  line: 'free',
  text: 'free',
  integer: 'json',
  integers: 'json',
  milliseconds: 'json',
  number: 'json',
  flag: 'json',
  headers: 'json',
  names: 'json',
  attributes: 'json',
};

/** How a field is written, by its kind. */
export function createFieldMember(name: string, field: Field, times: TimeFormatter): JsonMember {
  return new JsonMember(field.kind === 'attributes' ? undefined : name, forms[field.kind], jsonSource(field, times));
}

/** Each has a function of its own: one for all, which is told how to write, would take twice as long. */
function jsonSource(field: Field, times: TimeFormatter): JsonSource {
  switch (field.kind) {
    case 'time':
      return (record) => {
        const time = field.of(record);
        return time === undefined ? undefined : times.format(time);
      };
    case 'milliseconds':
      return (record) => {
        const milliseconds = field.of(record);
        return milliseconds === undefined ? undefined : millisecondsJson(milliseconds);
      };
    case 'headers':
      return (record) => field.of(record)?.json;
    case 'attributes':
      return (record) => attributesJson(field.name, field.of(record) ?? {});
    case 'flag':
      return (record) => (field.of(record) === undefined ? undefined : 'true');
    case 'tokens':
    case 'integers':
    case 'names':
      return (record: LogRecord) => {
        const value = field.of(record);
        return value === undefined ? undefined : jsonOf(value);
      };
    default:
      return field.of;
  }
}

/** `"prefix.name":value,"prefix.other":value`; undefined if there is no value. */
function attributesJson(prefix: string, values: NamedValues): string | undefined {
  const members = Object.entries(values).map(([name, value]) => `${jsonOf(`${prefix}.${name}`)}:${jsonOf(value)}`);
  return members.length === 0 ? undefined : members.join(',');
}
