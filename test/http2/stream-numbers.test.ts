import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StreamNumbers } from '../../src/http2/stream-numbers.ts';

test('a stream is new above all others, and unseen where it was passed over', () => {
  const numbers = new StreamNumbers();
  assert.ok(numbers.isNew(1));
  for (const stream of [1, 3, 9, 11]) numbers.begin(stream);
  numbers.begin(5);
  const known = Array.from({ length: 8 }, (_, index) => 2 * index + 1).map((stream) => [
    stream,
    numbers.isNew(stream) ? 'new' : numbers.isUnseen(stream) ? 'unseen' : 'seen',
  ]);
  assert.deepEqual(known, [
    ...[1, 3].map((stream) => [stream, 'seen']),
    ...[5, 7].map((stream) => [stream, 'unseen']),
    ...[9, 11].map((stream) => [stream, 'seen']),
    ...[13, 15].map((stream) => [stream, 'new']),
  ]);
});

test('of many that were passed over, the last ones are known', () => {
  const numbers = new StreamNumbers();
  for (let stream = 1; stream < 1000; stream += 10) numbers.begin(stream);
  assert.ok(numbers.isUnseen(983));
  assert.ok(!numbers.isUnseen(13));
});
