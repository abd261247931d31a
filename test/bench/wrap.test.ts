import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wrap } from '../../bench/wrap.ts';

test('prose is broken at spaces, within the width, and loses nothing', () => {
  const text = 'as many words as it takes, one supercalifragilistic among them, to fill some lines';
  for (const width of [10, 20, 33]) {
    const lines = wrap(text, width).split('\n');
    assert.equal(lines.join(' '), text);
    assert.ok(lines.every((line) => line.length <= width || !line.includes(' ')));
  }
  assert.equal(wrap(text), text);
});
