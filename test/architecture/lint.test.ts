import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';

/** What the linter, set up as it is for the tree, says of files that hold these texts: a line for each fault. */
function lint(texts: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  copyFileSync('biome.json', join(folder, 'biome.json'));
  for (const [index, text] of texts.entries()) writeFileSync(join(folder, `case-${index}.ts`), `${text}\n`);
  const options = ['lint', '--reporter=github', '--max-diagnostics=none', '.'];
  const { stdout } = spawnSync(resolve('node_modules/.bin/biome'), options, { cwd: folder, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return stdout.split('\n');
}

const promise = 'export async function work(): Promise<void> {}\n';
const refused = [
  ['a promise that nobody waits for', 'noFloatingPromises', `${promise}export const go = () => {\n  work();\n};`],
  ['a promise as a condition', 'noMisusedPromises', `${promise}export const go = () => (work() ? 1 : 2);`],
  ['waiting for what is no promise', 'useAwaitThenable', 'export const go = async () => {\n  await 1;\n};'],
  ['a rejection without an error', 'usePromiseRejectErrors', "export const failed = Promise.reject('no');"],
  ['a thrown text', 'useThrowOnlyError', "export function fail(): void {\n  throw 'no';\n}"],
  [
    'a field that is never written again',
    'useReadonlyClassProperties',
    'export class A {\n  #a = 1;\n  get a() {\n    return this.#a;\n  }\n}',
  ],
  ['a shouted constant', 'useNamingConvention', 'export const MAX_SIZE = 1;'],
  [
    'a shouted constant of a function',
    'useNamingConvention',
    'export function f() {\n  const MAX_SIZE = 1;\n  return MAX_SIZE;\n}',
  ],
  ['a parameter in snake_case', 'useNamingConvention', 'export const f = (max_size: number) => max_size;'],
  ['a function that is named like a type', 'useNamingConvention', 'export function Run(): void {}'],
  ['a method in snake_case', 'useNamingConvention', 'export class A {\n  max_size() {}\n}'],
  [
    'a private field in snake_case',
    'useNamingConvention',
    'export class A {\n  readonly #max_size = 1;\n  get a() {\n    return this.#max_size;\n  }\n}',
  ],
  ['a type in camelCase', 'useNamingConvention', 'export type size = number;'],
] as const;

const accepted = [
  'export const counters = { frames_received: 0, MAX_SIZE: 1 };',
  "export type Row = { readonly request_id: string; readonly 'http.version': string };",
  'export const Flag = { syn: 1 } as const;',
];

describe('the linter', () => {
  let faults: readonly string[] = [];
  before(() => {
    faults = lint([...refused.map(([, , text]) => text), ...accepted]);
  });
  after(() => {
    faults = [];
  });
  const faultsOf = (index: number) => faults.filter((fault) => fault.includes(`case-${index}.ts`)).join('\n');

  for (const [index, [title, rule]] of refused.entries()) {
    test(`refuses ${title}`, () =>
      assert.match(faultsOf(index), new RegExp(`^::error title=lint/[a-z]+/${rule},`, 'm')));
  }

  test('takes names of counters, variables of the environment, record fields and named numbers as they are', () => {
    for (const index of accepted.keys()) assert.equal(faultsOf(refused.length + index), '');
  });
});
