import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Growth, releaseProgramPages } from '../../src/capture/program-pages.ts';

/** Resident pages of files, KiB. */
function fileKilobytes(): number {
  return Number(/^RssFile:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]);
}

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

test('growth is reached once, and then measured from what there is at the next look', () => {
  const growth = new Growth(10);
  const looks = [100, 105, 109, 110, 90, 99, 80, 99, 100, 100, 110];
  assert.deepEqual(
    looks.filter((size) => growth.isReached(size)),
    [110, 100, 110],
  );
});
