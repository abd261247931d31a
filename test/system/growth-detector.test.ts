import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGrowthDetector } from '../../src/system/growth-detector.ts';

test('growth is measured from the smallest size since it was found last', () => {
  const hasGrown = createGrowthDetector(10);
  const sizes = [100, 105, 109, 110, 115, 119, 90, 99, 95, 100, 100, 104, 110];
  assert.deepEqual(
    sizes.map((size, place) => (hasGrown(size) ? place : undefined)).filter((place) => place !== undefined),
    [3, 9, 12],
  );
});
