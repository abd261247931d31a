import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { schemas } from '../../src/record/schema/schemas.ts';
import { exampleRecord } from '../support/record/example.ts';
import { schemaNames, toSchema } from '../support/record/to-schema.ts';

const page = readFileSync('docs/records.md', 'utf8');
const names = schemaNames;

function section(title: string): string {
  return page.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? '';
}

for (const name of names) {
  test(`the example of ${name} in docs/records.md is what is written today`, () => {
    const block = /```json\n([\s\S]*?)\n```/.exec(section(name))?.[1] ?? '';
    assert.equal(block, JSON.stringify(toSchema[name](exampleRecord), null, 2));
  });

  test(`every field of ${name} is explained in docs/records.md`, () => {
    const table = section(name).split('```')[0] ?? '';
    for (const { name: field, kind } of schemas[name].fields) {
      const shown = kind === 'attributes' ? `${field}.<key>` : field;
      assert.ok(table.includes(`\`${shown}\``), shown);
    }
  });
}

test('docs/privacy.md says of every field of flat whether it is personal', () => {
  const table = readFileSync('docs/privacy.md', 'utf8').split(/^## /m)[2] ?? '';
  for (const { name } of schemas.flat.fields) assert.ok(table.includes(`\`${name}\``), name);
});
