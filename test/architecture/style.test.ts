import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { oddlyNamed } from '../support/architecture/constant-names.ts';
import { floatingPromises } from '../support/architecture/floating-promises.ts';
import { tooManyParameters } from '../support/architecture/parameters.ts';
import {
  helpersAmongTests,
  type TextFile,
  tooFull,
  tooLong,
  tooLongOnTheWhole,
  tooWide,
} from '../support/architecture/sizes.ts';
import { SourceTree } from '../support/architecture/source-tree.ts';
import { tryRule } from '../support/architecture/try-rule.ts';

const written = ['src', 'test', 'bench', 'scripts'];
/** What was recorded, and is no code. */
const recorded = /^test\/(golden|whole\/expected)\//;
const files: readonly TextFile[] = written.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((path) => /\.(ts|mjs)$/.test(path) && !recorded.test(path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') })),
);
const sources = files.filter(({ path }) => path.startsWith('src/'));

describe('the tree', () => {
  const tree = SourceTree.open();
  after(() => tree.close());

  test('has no line of more than 120 columns', () => {
    assert.ok(files.length > 500);
    assert.deepEqual(tooWide(files), []);
  });

  test('has no file of more than 250 lines in src, and mostly short ones', () => {
    assert.deepEqual(tooLong(sources), []);
    assert.deepEqual(tooLongOnTheWhole(sources), []);
  });

  test('gives each sink a folder, and keeps few files beside them', () => {
    assert.deepEqual(tooFull(files, 'src/sink', 12), []);
  });

  test('keeps what helps tests in test/support', () => {
    assert.deepEqual(helpersAmongTests(files), []);
  });

  test('has at most three parameters for each function in src', () => {
    assert.deepEqual(tooManyParameters(tree.in('src')), []);
  });

  test('names variables and constants in camelCase', () => {
    assert.deepEqual(oddlyNamed(tree.modules), []);
  });

  test('leaves no promise alone that could fail', () => {
    const modules = ['src', 'bench', 'scripts'].flatMap((folder) => tree.in(folder));
    assert.deepEqual(floatingPromises(tree, modules), []);
  });
});

describe('of sizes,', () => {
  const file = (lines: number, path = 'src/tcp/a.ts'): TextFile => ({ path, text: 'x\n'.repeat(lines) });

  test('a line of 121 columns is found, in a string or a comment as well, and one of 120 is not', () => {
    const text = `${'x'.repeat(120)}\n// ${'ä'.repeat(118)}\n`;
    assert.deepEqual(tooWide([{ path: 'src/a.ts', text }]), [
      'src/a.ts:2: has 121 columns, at most 120 are read with ease',
    ]);
  });

  test('a file of 251 lines is found, and one of 250 is not', () => {
    assert.deepEqual(tooLong([file(250)]), []);
    assert.match(tooLong([file(251)]).join(), /^src\/tcp\/a\.ts: has 251 lines/);
  });

  test('a tree of long files is found', () => {
    assert.deepEqual(tooLongOnTheWhole([file(10), file(70), file(250)]), []);
    assert.match(tooLongOnTheWhole([file(10), file(71), file(250)]).join(), /^half of the files have 71 lines/);
  });

  test('a folder of too many files is found, without those in folders inside of it', () => {
    const names = ['src/sink/a.ts', 'src/sink/b.ts', 'src/sink/file/c.ts'].map((path) => file(1, path));
    assert.deepEqual(tooFull(names, 'src/sink', 2), []);
    assert.match(tooFull(names, 'src/sink', 1).join(), /^src\/sink\/ holds 2 files/);
  });

  test('a helper among tests is found, and a test or a helper in test/support is not', () => {
    const paths = ['test/tcp/run.ts', 'test/tcp/run.test.ts', 'test/support/tcp/run.ts', 'src/tcp/run.ts'];
    assert.deepEqual(helpersAmongTests(paths.map((path) => file(1, path))), [
      'test/tcp/run.ts: is no test: it belongs into test/support/',
    ]);
  });
});

describe('of parameters,', () => {
  const four = 'a: number, b: number, c: number, d: number';
  tryRule((_, modules) => tooManyParameters(modules), {
    refused: {
      'a function with four': `export function f(${four}) {}`,
      'an arrow function with four': `export const f = (${four}) => a + b + c + d;`,
      'a method with four': `export class A { f(${four}) {} }`,
      'a constructor with four': `export class A { constructor(${four}) {} }`,
      'a declared callback with four': `export type F = (${four}) => void;`,
      'a callback with four in an argument': `export function f(g: (${four}) => void) {}`,
      'a declared method with four': `export interface A { f(${four}): void }`,
      'a function with four of which some may be left out':
        'export function f(a = 1, b = 2, c?: number, d?: number) {}',
      'a function with three and the rest': 'export function f(a: number, b: number, c: number, ...d: number[]) {}',
    },
    accepted: {
      'a function with three': 'export function f(a: number, b: number, c: number) {}',
      'a call with four': 'export const most = Math.max(1, 2, 3, 4);',
      'a list of four': `export type List = [${four}];`,
    },
  });
});

describe('of names,', () => {
  tryRule((_, modules) => oddlyNamed(modules), {
    refused: {
      'a shouted constant': 'export const MAX_SIZE = 1;',
      'a shouted word': 'export const MAX = 1;',
      'a constant in snake_case': 'export const max_size = 1;',
      'a variable in snake_case within a function': 'export function f() { const max_size = 1; return max_size; }',
      'a function that is named like a type': 'export const Run = () => {};',
      'an object that is named like a type, and may change': 'export const State = { a: 1 };',
    },
    accepted: {
      'a constant in camelCase': 'export const maxSize = 1;',
      'the symbol of a unit': 'export const KiB = 1024;',
      'named numbers': 'export const Flag = { syn: 1, ack: 2 } as const;',
    },
  });
});

describe('of promises,', () => {
  tryRule(floatingPromises, {
    refused: {
      'one of a function of our own': 'async function f() {} export function g() { f(); }',
      'one of a method that may be absent': 'export function g(a?: { close(): Promise<void> }) { a?.close(); }',
      "one of Node's own modules": "import { rm } from 'node:fs/promises'; export function g() { rm('x'); }",
      'one whose success alone is followed': 'async function f() {} export function g() { f().then(() => {}); }',
      'one that is cleaned up after': 'async function f() {} export function g() { f().finally(() => {}); }',
      'one that may be something else': 'export function g(f: () => Promise<void> | undefined) { f(); }',
      'several at once': 'async function f() {} export function g() { Promise.all([f()]); }',
    },
    accepted: {
      'one that is waited for': 'async function f() {} export async function g() { await f(); }',
      'one that is left alone expressly': 'async function f() {} export function g() { void f(); }',
      'one whose failure is caught': 'async function f() {} export function g() { f().catch(() => {}); }',
      'one both of whose outcomes are followed':
        'async function f() {} export function g() { f().then(() => {}, () => {}); }',
      'one that is kept': 'async function f() {} export class A { a = f(); g() { this.a = f(); } }',
    },
  });
});
