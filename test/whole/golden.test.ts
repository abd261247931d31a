import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type ExpectedExchange, goldenCaptures, secretMark } from '../support/golden/golden.ts';

const folder = fileURLToPath(new URL('../golden/', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const program = existsSync(`${root}dist/main.js`) ? ['dist/main.js'] : ['--import', 'tsx', 'src/main.ts'];

type FlatRecord = { readonly [field: string]: unknown };

for (const name of readdirSync(folder).filter((each) => !each.endsWith('.json'))) {
  test(`the exchanges of ${name} are logged`, () => {
    const run = spawnSync(process.execPath, [...program, '--read', `${folder}${name}`], {
      cwd: root,
      env: {},
      encoding: 'utf8',
    });
    assert.equal(run.status, 0, run.stderr);
    assert.ok(!run.stdout.includes(secretMark), 'no secret is logged');
    const records = run.stdout.split('\n').filter((line) => line !== '');
    const expected = expectedOf(name);
    const logged = byConnection(records.map((line) => JSON.parse(line)).filter(({ kind }) => kind === undefined));
    assert.deepEqual(
      logged.map((record, index) => compared(record, expected[index])),
      expected,
    );
  });
}

test('the golden captures and their exchanges are those that make-golden.ts writes', () => {
  const made = goldenCaptures();
  const names = made.flatMap(({ name }) => [name, name.replace(/\.pcap(ng)?$/, '.expected.json')]);
  assert.deepEqual(readdirSync(folder).sort(), names.sort());
  for (const { name, file, exchanges } of made) {
    assert.ok(readFileSync(`${folder}${name}`).equals(file), name);
    assert.deepEqual(expectedOf(name), byConnection([...exchanges]));
  }
});

function expectedOf(name: string): ExpectedExchange[] {
  const path = `${folder}${name.replace(/\.pcap(ng)?$/, '.expected.json')}`;
  return byConnection(JSON.parse(readFileSync(path, 'utf8')));
}

/** Connections may be logged in any order; the exchanges of each keep theirs. */
function byConnection<Item extends { readonly client_port?: unknown }>(items: Item[]): Item[] {
  return items.sort((a, b) => Number(a.client_port) - Number(b.client_port));
}

const comparedFields: readonly (keyof ExpectedExchange)[] = [
  ...(['client_ip', 'client_port', 'server_ip', 'server_port', 'protocol', 'method', 'url', 'host', 'status'] as const),
  ...(['outcome', 'request_bytes', 'response_bytes', 'informational', 'incomplete', 'gap_bytes', 'anomalies'] as const),
];

/** The fields of a record that golden files speak about. */
function compared(record: FlatRecord, expected: ExpectedExchange | undefined): FlatRecord {
  const isUnknown = expected?.outcome === 'unknown';
  const fields = comparedFields.filter((field) => {
    if (isUnknown && (field === 'incomplete' || field === 'gap_bytes')) return expected[field] !== undefined;
    return record[field] !== undefined;
  });
  return Object.fromEntries(fields.map((field) => [field, record[field]]));
}
