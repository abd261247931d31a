import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createRecordBuilder } from '../../src/record/build.ts';
import { runCaptureFile } from '../support/program/run-pipeline.ts';
import { fullOptions } from '../support/record/exchanges.ts';
import { toSchema } from '../support/record/to-schema.ts';

/**
 * Captures that were logged wrongly once, each with the records that are right, as far as they matter. Those without
 * have a test of their own.
 */
const folder = fileURLToPath(new URL('cases/', import.meta.url));

type Expected = { readonly [field: string]: unknown; readonly absent?: readonly string[] };

for (const answer of readdirSync(folder).filter((each) => each.endsWith('.ndjson'))) {
  const name = answer.replace(/\.ndjson$/, '.pcap');
  test(`${name} is logged as it was`, async () => {
    const { exchanges, failures } = await runCaptureFile(`${folder}${name}`);
    assert.deepEqual(failures, []);
    const build = createRecordBuilder(fullOptions);
    const records = exchanges.map((exchange): { readonly [field: string]: unknown } => toSchema.flat(build(exchange)));
    records.sort((a, b) => Number(a['client_port']) - Number(b['client_port']));
    const expected = readExpected(answer);
    assert.equal(records.length, expected.length, JSON.stringify(records));
    for (const [index, { absent = [], ...fields }] of expected.entries()) {
      const record = records[index] ?? {};
      const shown = Object.fromEntries(Object.keys(fields).map((field) => [field, record[field]]));
      assert.deepEqual(shown, fields);
      for (const field of absent) assert.equal(record[field], undefined, field);
    }
  });
}

function readExpected(answer: string): Expected[] {
  const lines = readFileSync(`${folder}${answer}`, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}
