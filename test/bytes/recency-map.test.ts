import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RecencyMap } from '../../src/bytes/recency-map.ts';
import { cpuRatio } from '../support/program/cpu-cost.ts';

test('it holds what a map would, and knows what was set longest ago', () => {
  const step = fc.tuple(fc.constantFrom('set', 'set', 'delete'), fc.nat({ max: 9 }), fc.nat());
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const map = new RecencyMap<number, number>();
      const naive = new Map<number, number>();
      for (const [action, key, value] of steps) {
        naive.delete(key);
        if (action === 'set') naive.set(key, value);
        if (action === 'set') map.set(key, value);
        else map.delete(key);
        const [oldest] = naive;
        assert.deepEqual(map.oldest && [map.oldest.key, map.oldest.value], oldest);
        assert.equal(map.size, naive.size);
        for (let each = 0; each < 10; each++) assert.equal(map.get(each), naive.get(each));
      }
    }),
  );
});

test('finding the oldest costs the same however much has gone through', async () => {
  const goneThrough = (count: number) => {
    const map = new RecencyMap<number, number>();
    for (let key = 0; key < count; key++) {
      map.set(key, key);
      if (map.size > 20_000) map.delete(map.oldest?.key ?? -1);
    }
    return map;
  };
  const look = (map: RecencyMap<number, number>) => {
    for (let again = 0; again < 100_000; again++) assert.ok(map.oldest !== undefined);
  };
  // A table of this size has the most empty places in front just before it is made anew.
  const ratio = await cpuRatio({ run: look, less: () => goneThrough(20_000), more: () => goneThrough(32_700) });
  assert.ok(ratio <= 8, `it costs ${ratio.toFixed(1)} times as much`);
});
