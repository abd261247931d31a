import type { LogRecord } from '../record.ts';
import type { JsonMember } from './json-member.ts';

/** Writes one object of a record as JSON; undefined if nothing in it is known. */
export type ObjectWriter = (record: LogRecord) => string | undefined;

/**
 * Writes the members one after the other: as a function that is made for them, with a step for each, because V8 makes
 * much less of a loop in which every turn calls another function. Where Node is told to make no code out of texts, it
 * is the loop.
 */
export function createObjectWriter(members: readonly JsonMember[]): ObjectWriter {
  try {
    return compiled(members);
  } catch (error) {
    if (error instanceof EvalError) return inTurn(members);
    throw error;
  }
}

/** The same as a loop. */
export function inTurn(members: readonly JsonMember[]): ObjectWriter {
  return (record) => {
    let json = '';
    let isInText = false;
    for (const member of members) {
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

/** The code holds names of the schema, and nothing that comes from a record or a variable. */
function compiled(members: readonly JsonMember[]): ObjectWriter {
  const names = members.map((_, index) => `member${index}`);
  const create = new Function(
    ...names,
    `'use strict';
    ${names.map((name) => `const valueIn_${name} = ${name}.valueIn;`).join('\n')}
    return (record) => {
      let json = '';
      let isInText = false;
      let value;
      ${members.map((member, index) => step(member, `member${index}`)).join('')}
      if (json === '') return undefined;
      return json + (isInText ? '"}' : '}');
    };`,
  );
  return create(...members) as ObjectWriter;
}

function step({ name, isText }: JsonMember, member: string): string {
  const [first, next, afterText] = [name.first, name.next, name.afterText].map((text) => JSON.stringify(text));
  return `
      value = valueIn_${member}(record);
      if (value !== undefined) {
        json += ${member}.json(json === '' ? ${first} : isInText ? ${afterText} : ${next}, value);
        isInText = ${isText};
      }`;
}
