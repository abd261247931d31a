import assert from 'node:assert/strict';
import { test } from 'node:test';
import { viewOf } from '../../src/bytes/view-of.ts';

test('A view shows the bytes of a part of a buffer, also after they have changed', () => {
  const whole = Buffer.from([9, 9, 1, 2, 3, 4, 9]);
  const view = viewOf(whole.subarray(2, 6));
  assert.equal(view.byteLength, 4);
  assert.equal(view.getUint32(0), 0x01020304);
  whole[2] = 0xff;
  assert.equal(view.getUint8(0), 0xff);
});
