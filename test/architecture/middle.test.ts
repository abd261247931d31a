import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { keptPlaces } from '../support/architecture/kept-places.ts';
import { moduleState } from '../support/architecture/module-state.ts';
import { middleRooms, roomOf } from '../support/architecture/rooms.ts';
import { SourceTree } from '../support/architecture/source-tree.ts';
import { reachesOut } from '../support/architecture/surroundings.ts';
import { tryRule } from '../support/architecture/try-rule.ts';
import { writesToModules } from '../support/architecture/writes.ts';

describe('the middle', () => {
  const tree = SourceTree.open();
  after(() => tree.close());
  const modules = tree.in('src').filter(({ path }) => middleRooms.includes(roomOf(path)));

  test('only computes: no node: module, no clock, no randomness, no environment', () => {
    assert.ok(modules.length > 80);
    assert.deepEqual(reachesOut(tree, modules), []);
  });

  test('keeps no state in modules', () => {
    assert.deepEqual(moduleState(tree, modules), []);
    assert.deepEqual(writesToModules(tree, modules), []);
    assert.deepEqual(keptPlaces(tree, modules), []);
  });
});

describe('for code that only computes,', () => {
  tryRule(reachesOut, {
    refused: {
      'a module of Node': "import { readFileSync } from 'node:fs';",
      'a package': "import koffi from 'koffi';",
      'a module of Node on demand': "export const load = () => import('node:fs');",
      randomness: 'export const random = () => Math.random();',
      'randomness under another name': "export const random = () => Math['random']();",
      'randomness taken out of its object': 'export const { random } = Math;',
      'randomness with all around it': 'export const numbers = Math;',
      'randomness of bytes': 'export const id = () => crypto.randomUUID();',
      'the time': 'export const now = () => Date.now();',
      'the date': 'export const now = () => new Date();',
      'what gives the time': 'export const time = Date;',
      'a clock': 'export const now = () => performance.now();',
      'a timer': 'export const wait = () => setTimeout(() => {}, 1);',
      'a microtask': 'export const later = () => queueMicrotask(() => {});',
      'the environment': 'export const home = () => process.env;',
      'the environment by way of everything': 'export const home = () => globalThis.process.env;',
      'the environment within an object': 'export const box = { process };',
      'the place of the module': 'export const place = () => import.meta.url;',
      'code from a string': "export const run = () => eval('Math.random()');",
      'a function from a string': "export const run = new Function('return 1');",
      'the network': "export const load = () => fetch('http://localhost/');",
      output: "export const say = () => console.log('x');",
      'a class of the world outside': 'export class Own extends WebSocket {}',
    },
    accepted: {
      arithmetic: 'export const least = Math.min(1, Math.trunc(2.5));',
      'a date from a number': 'export const text = (time: number) => new Date(time).toISOString();',
      bytes: 'export const size = (bytes: Buffer) => bytes.length + Buffer.alloc(1).length;',
      'a type of the world outside': 'export type Failure = NodeJS.ErrnoException | ReturnType<typeof setTimeout>;',
      'a name that is used for something of our own': 'export const sum = (process: number) => process + 1;',
      'a property that is called like something outside': 'export const f = (box: { process: number }) => box.process;',
      'a collection': 'export class Known extends Map<string, number> {}',
    },
  });
});

describe('of what a module declares,', () => {
  tryRule(moduleState, {
    refused: {
      'a variable': 'export let count = 0;',
      'a list': 'export const seen: string[] = [];',
      'a list that was declared by its first items': "export const seen = ['a', 'b'];",
      'a set': "export const seen = new Set(['a']);",
      'a map': 'export const known = new Map<string, string>();',
      'a map that forgets': 'export const known = new WeakMap<object, string>();',
      'an object': 'export const state = { count: 0 };',
      'an object in a readonly one':
        'export const state: { readonly inner: { count: number } } = { inner: { count: 0 } };',
      'a list in a readonly one': 'export const lists: readonly (readonly number[][])[] = [];',
      'an object of entries': 'export const known: Record<string, number> = {};',
      'an object of some type': 'export const state: unknown = {};',
      'an instance that holds state': 'class A { #count = 0; add() { this.#count++; } } export const a = new A();',
      'an instance that holds a map':
        'class A { readonly #map = new Map<string, string>(); get() { return this.#map.size; ' +
        '} } export const a = new A();',
      'an instance of a class that extends another':
        'class A extends Map<string, string> {} export const a: Pick<A, "size"> & A = new A();',
      'a function that keeps a variable': 'export const next = (() => { let count = 0; return () => count++; })();',
      'a function that another made':
        'const make = () => { let n = 0; return () => n++; }; export const next = make();',
      'an object with a method that another function made':
        'const make = () => { let n = 0; return { next: () => n++ }; }; ' +
        'export const counter: { readonly next: () => number } = make();',
      'a function made in an object':
        'const make = () => { let n = 0; return () => n++; }; export const all = { next: make() } as const;',
      'a function that keeps what another made of an argument':
        'const make = (list: string[]) => (item: string) => list.push(item); export const add = make([]);',
      'a function that keeps an argument and replaces it':
        'const make = (last: string) => (next: string) => { last = next; return last; }; export const f = make("");',
      'a function that keeps an instance with state':
        'class A { #n = 0; next() { return this.#n++; } } const make = (a: A) => () => a.next(); ' +
        'export const f = make(new A());',
      'a function that a third one made':
        'const in2 = () => { const seen = new Set<string>(); return (x: string) => seen.add(x); }; ' +
        'const make = () => in2(); export const f = make();',
      'a function that came out of a list':
        'const all = [() => 1]; const pick = (of: readonly (() => number)[]) => of[0]; ' +
        'export const f = pick(all) ?? all[0];',
      'a function of the language': 'export const f = Math.min.bind(undefined, 1);',
      'a generator': 'function* count() { yield 1; } export const counter = count();',
      'a date': 'export const time = new Date(0);',
      'a promise': 'export const ready = Promise.resolve();',
      'bytes that are written to': 'export const bytes = new Uint8Array(8); export const f = () => { bytes[0] = 1; };',
      'bytes that are filled': 'export const bytes = Buffer.alloc(8); export const f = () => bytes.fill(1);',
      'bytes that are handed to what may write to them':
        'const bytes = Buffer.alloc(8); export const f = (g: (to: Buffer) => void) => g(bytes);',
      'bytes that are handed to a method that is only called like one that reads':
        'const bytes = Buffer.alloc(8); export const f = (g: { compare(to: Buffer): void }) => g.compare(bytes);',
      'bytes under a second name':
        'const bytes = Buffer.alloc(8); export const f = () => { const other = bytes; other[0] = 1; };',
      'a variable of a class': 'export class A { static count = 0; }',
      'a map of a class': 'export class A { static readonly known = new Map<string, string>(); }',
      'a variable of a class within a function': 'export function f() { return class { static count = 0; }; }',
      'a loop that runs at the start': 'for (const x of [1]) f(x); function f(_: number) {}',
      'a call at the start': 'f(); function f() {}',
      'parts of an object': 'export const { a } = { a: 1 } as const;',
    },
    accepted: {
      'a number': 'export const limit = 8 * 1024;',
      'a text': 'export const text = String.raw`a${1}b`;',
      'a function': 'export const f = (x: number) => { let sum = 0; sum += x; return sum; };',
      'a readonly list': "export const names: readonly string[] = ['a', 'b'];",
      'a readonly list that is computed':
        'export const hex: readonly string[] = Array.from({ length: 256 }, (_, value) => String(value));',
      'a readonly set': "export const names: ReadonlySet<string> = new Set(['a']);",
      'a readonly map': "export const names: ReadonlyMap<string, readonly number[]> = new Map([['a', [1]]]);",
      'a frozen table': 'export const Flag = { syn: 1, ack: 2 } as const;',
      'a readonly object of entries':
        'export const lengths: { readonly [digit: string]: readonly number[] } = { 2: [16] };',
      'a readonly record of functions':
        'const a = (x: number) => x; ' +
        'export const all: Readonly<Record<string, (x: number) => number>> = { a, b: a, c: (x) => x };',
      'an object with methods':
        'export const nothing: { readonly done: boolean; read(): number } = { done: true, read: () => 0 };',
      'one of several readonly objects':
        "type F = { readonly kind: 'a' } | { readonly kind: 'b'; readonly size: number }; " +
        "export const none: F = { kind: 'a' };",
      'an instance of a class that cannot change':
        'class A { readonly #name: string; constructor(name: string) { this.#name = name; ' +
        '} get name() { return this.#name; } } export const none = new A("x");',
      'a function that keeps a constant':
        'const make = (prefix: string): ((text: string) => number) => { const length = prefix.length; ' +
        'return (text: string) => text.length - length; }; export const f = make("a");',
      'a function that keeps bytes that it reads':
        'const make = (prefix: Buffer) => (at: number) => prefix[at]; export const f = make(Buffer.from("x"));',
      'functions that are made of others':
        'const not = (f: (x: number) => boolean) => (x: number) => !f(x); export const f = not(not((x) => x > 1));',
      'a pattern': 'export const pattern = /a+/g;',
      'no bytes': 'export const nothing = Buffer.alloc(0); export const f = (g: (to: Buffer) => void) => g(nothing);',
      'bytes that are searched for':
        "const end = Buffer.from('x'); export const f = (bytes: Buffer) => bytes.indexOf(end) + end.length;",
      'bytes that are read': 'const table = new Uint8Array(256); export const f = (at: number) => table[at] === 1;',
      'bytes that are handed to what only reads':
        "const start = Buffer.from('x'); export const f = (g: (of: ArrayLike<number>) => void) => g(start);",
      'a table of bytes without a way to write': 'export const table: ArrayLike<number> = new Uint8Array(256);',
      'a constant of a class': "export class A { static readonly names: ReadonlySet<string> = new Set(['a']); }",
      'a class with state':
        'export class A { #count = 0; readonly #map = new Map<string, string>(); ' +
        'add() { return this.#count++ + this.#map.size; } }',
    },
  });
});

describe('of what is written,', () => {
  tryRule(writesToModules, {
    refused: {
      'a variable of the module': 'let count = 0; export const f = () => { count = 1; };',
      'a variable that is counted up': 'let count = 0; export const f = () => count++;',
      'a part of a constant': 'const state = { count: 0 }; export const f = () => { state.count += 1; };',
      'a part by its name': 'const state = { count: 0 }; export const f = () => { state["count"] = 1; };',
      'an element': 'const bytes = new Uint8Array(8); export const f = (at: number) => { bytes[at] = 1; };',
      'a part that is declared readonly, by a claim':
        'const a = { n: 0 } as const; export const f = () => { (a as { n: number }).n = 1; };',
      'a property of a function': 'export function f() { f.count = 1; } f.count = 0;',
      'a property of a class': 'export class A { static count = 0; add() { A.count++; } }',
      'a deleted part': 'const known: Record<string, number> = {}; export const f = () => delete known["a"];',
      'several at once': 'let a = 0; let b = 0; export const f = () => { [a, b] = [b, a]; };',
      'a variable of a loop': 'let a = 0; export const f = () => { for (a of [1, 2]); };',
      'what is filled': 'const state = {}; export const f = () => Object.assign(state, { a: 1 });',
      'what the language has': 'export const f = () => { Error.stackTraceLimit = 1; };',
    },
    accepted: {
      'a variable of a function': 'export const f = () => { let count = 0; count++; return count; };',
      'a part of what a function has made':
        'export const f = () => { const state = { count: 0 }; state.count = 1; return state; };',
      'an argument': 'export const f = (state: { count: number }) => { state.count = 1; };',
      'a field': 'export class A { count = 0; add() { this.count++; } }',
      'the place where a search begins':
        'const pattern = /a/g; export const f = (at: number) => { pattern.lastIndex = at; };',
    },
  });
});

describe('of searches by a pattern,', () => {
  tryRule(keptPlaces, {
    refused: {
      'one that goes on where the last ended': 'const a = /a/g; export const f = (text: string) => a.exec(text);',
      'one at the place where the last ended': 'const a = /a/y; export const f = (text: string) => a.test(text);',
      'one by a pattern that is made of text':
        "const a = new RegExp('a', 'g'); export const f = (text: string) => a.test(text);",
      'one by a pattern that is handed in': 'export const f = (a: RegExp, text: string) => a.exec(text);',
      'one by a pattern in an object':
        'const all = { a: /a/g } as const; export const f = (text: string) => all.a.exec(text);',
      'one whose place another function sets':
        'const a = /a/g; export const g = () => { a.lastIndex = 0; }; export const f = (text: string) => a.exec(text);',
    },
    accepted: {
      'one whose place is set before':
        'const a = /a/g; export const f = (text: string) => { a.lastIndex = 0; return a.exec(text); };',
      'one by a pattern that keeps no place':
        'const a = /a/i; export const f = (text: string) => a.exec(text) ?? /b/.test(text);',
      'a replacement': "const a = /a/g; export const f = (text: string) => text.replace(a, 'b');",
      'a method that is called so elsewhere': 'export const f = (a: { test(text: string): boolean }) => a.test("x");',
    },
  });
});
