import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../../../src/sink/delivery/backoff.ts';

const waits = (random: () => number, count: number) => {
  const backoff = new Backoff(100, 30_000, random);
  return Array.from({ length: count }, () => backoff.next());
};

test('the longest possible wait doubles with every failure up to its limit', () => {
  const almostOne = 1 - Number.EPSILON;
  assert.deepEqual(
    waits(() => almostOne, 11).map(Math.round),
    [200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000, 30_000],
  );
});

test('the shortest possible wait stays the same, and every wait between is possible', () => {
  assert.deepEqual(
    waits(() => 0, 4),
    [100, 100, 100, 100],
  );
  assert.deepEqual(
    waits(() => 0.5, 3),
    [150, 250, 450],
  );
});

test('a success begins anew, and a thousand failures stay within the limits', () => {
  const backoff = new Backoff(100, 30_000);
  for (let failure = 0; failure < 1000; failure++) {
    const wait = backoff.next();
    assert.ok(wait >= 100 && wait <= 30_000, String(wait));
  }
  backoff.reset();
  assert.ok(backoff.next() <= 200);
});

test('equal limits give the same wait every time', () => {
  const backoff = new Backoff(70, 70);
  assert.deepEqual([backoff.next(), backoff.next()], [70, 70]);
});
