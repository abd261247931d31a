import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileKilobytes, releaseProgramPages } from '../../src/system/program-pages.ts';

const unavailable = process.platform !== 'linux' ? 'needs Linux' : false;

test('pages of the program that only its start needed are given back, and the program goes on', {
  skip: unavailable,
}, () => {
  const before = fileKilobytes();
  releaseProgramPages();
  const after = fileKilobytes();
  assert.ok(after < before * 0.8, `${before} KiB before, ${after} KiB after`);
  // What is needed again comes back: here the parser, the compiler, regular expressions and the number formats.
  const add = new Function('a', 'b', 'return (a + b).toLocaleString("en-US")') as (a: number, b: number) => string;
  assert.equal(add(1000, 234), '1,234');
  releaseProgramPages();
  assert.match(JSON.stringify({ now: new Date(0) }), /^\{"now":"1970-/);
});
