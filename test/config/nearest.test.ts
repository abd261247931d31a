import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { editDistance, nearest, slipOf } from '../../src/config/nearest.ts';

/** The definition itself, without a table. */
function naiveDistance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const same = a[0] === b[0] ? 0 : 1;
  const swapped =
    a[0] === b[1] && a[1] === b[0] ? naiveDistance(a.slice(2), b.slice(2)) + 1 : same + a.length + b.length;
  return Math.min(
    swapped,
    naiveDistance(a.slice(1), b.slice(1)) + same,
    naiveDistance(a.slice(1), b) + 1,
    naiveDistance(a, b.slice(1)) + 1,
  );
}

test('the edit distance is that of its definition', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '_'), maxLength: 6 });
  fc.assert(fc.property(word, word, (a, b) => assert.equal(editDistance(a, b), naiveDistance(a, b))));
});

test('the nearest candidate has at most two edits, and the earlier one wins a tie', () => {
  assert.equal(nearest('--chek', ['--help', '--check']), '--check');
  assert.equal(nearest('MODA', ['MODE', 'MODI']), 'MODE');
  assert.equal(nearest('MDOE', ['MODE']), 'MODE');
  assert.equal(nearest('MOD', ['MODERN']), undefined);
  assert.equal(nearest('x', []), undefined);
});

test('a slip is one letter, or two exchanged', () => {
  for (const slip of ['ture', 'treu', 'tru', 'truee', 'trua']) assert.equal(slipOf(slip, ['false', 'true']), 'true');
  for (const other of ['true', 'te', 'trace', 'time', '', 'eurt!']) assert.equal(slipOf(other, ['true']), undefined);
});
