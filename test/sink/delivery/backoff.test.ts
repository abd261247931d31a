import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../../../src/sink/delivery/backoff.ts';

const waits = (random: () => number, count: number) => {
  const backoff = new Backoff(100, 8000, random);
  return Array.from({ length: count }, () => backoff.next());
};

test('the longest possible wait grows with every failure up to its limit', () => {
  const almostOne = 1 - Number.EPSILON;
  assert.deepEqual(waits(() => almostOne, 6).map(Math.round), [500, 2500, 8000, 8000, 8000, 8000]);
});

test('the shortest possible wait is the least until the longest was possible, and then nearly the longest', () => {
  assert.deepEqual(
    waits(() => 0, 5),
    [100, 100, 100, 7000, 7000],
  );
  assert.deepEqual(
    waits(() => 0.5, 4),
    [300, 1300, 4050, 7500],
  );
});

test('a success begins anew, and a thousand failures stay within the limits', () => {
  const backoff = new Backoff(100, 30_000);
  for (let failure = 0; failure < 1000; failure++) {
    const wait = backoff.next();
    assert.ok(wait >= 100 && wait <= 30_000, String(wait));
  }
  backoff.reset();
  assert.ok(backoff.next() <= 500);
});

test('limits that are nearly equal hold, too', () => {
  const equal = new Backoff(70, 70);
  assert.deepEqual([equal.next(), equal.next()], [70, 70]);
  const close = new Backoff(95, 100, () => 0);
  assert.deepEqual([close.next(), close.next(), close.next()], [95, 95, 95]);
});
