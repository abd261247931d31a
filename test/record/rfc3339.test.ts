import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatTime } from '../../src/record/rfc3339.ts';

test('times carry six digits of the second', () => {
  assert.equal(formatTime(0), '1970-01-01T00:00:00.000000Z');
  assert.equal(formatTime(1_714_980_000_000_001), '2024-05-06T07:20:00.000001Z');
  assert.equal(formatTime(1_714_980_000_999_999), '2024-05-06T07:20:00.999999Z');
  assert.equal(formatTime(1_714_980_001_000_000.5), '2024-05-06T07:20:01.000000Z');
});

test('times that cannot be told to the microsecond are moved inside', () => {
  assert.equal(formatTime(-1), '1970-01-01T00:00:00.000000Z');
  assert.equal(formatTime(Number.NaN), '1970-01-01T00:00:00.000000Z');
  assert.equal(formatTime(Number.POSITIVE_INFINITY), '2255-06-05T23:47:34.740991Z');
});

test('the milliseconds agree with Date, in any order of calls', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (time) => {
      const text = formatTime(time);
      assert.equal(`${text.slice(0, 23)}Z`, new Date(Math.floor(time / 1000)).toISOString());
      assert.equal(Number(text.slice(23, 26)), time % 1000);
    }),
  );
});
