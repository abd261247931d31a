import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BuildCost, measurePairs, pairRows } from '../../bench/build-pairs.ts';

const took = (microseconds: number): BuildCost => ({ microseconds, failure: undefined });

test('both builds run once in each pair, and take turns in being the first', async () => {
  const order: string[] = [];
  const pairs = await measurePairs(4, async (build, pair) => {
    order.push(`${build} ${pair}`);
    return took(build === 'old' ? 10 * pair : 10 * pair + 1);
  });
  assert.deepEqual(order, ['old 1', 'new 1', 'new 2', 'old 2', 'old 3', 'new 3', 'new 4', 'old 4']);
  assert.deepEqual(
    pairs,
    [10, 20, 30, 40].map((cost) => ({ old: took(cost), new: took(cost + 1) })),
  );
});

test('a run that fails is one that does not count, and the others go on', async () => {
  const pairs = await measurePairs(2, async (build, pair) => {
    if (build === 'new' && pair === 1) throw new Error('it has ended: no capture\nat its start');
    return took(10);
  });
  assert.deepEqual(pairs, [
    { old: took(10), new: { microseconds: Number.NaN, failure: 'it has ended: no capture' } },
    { old: took(10), new: took(10) },
  ]);
});

test('the median is that of the ratios of the pairs, not the ratio of the medians', () => {
  const pairs = [
    { old: took(10), new: took(20) },
    { old: took(20), new: took(10) },
    { old: took(40), new: took(44) },
  ];
  assert.deepEqual(pairRows('replay: a', pairs), [
    ['replay: a', '1', '10.0', '20.0', '2.000'],
    ['replay: a', '2', '20.0', '10.0', '0.500'],
    ['replay: a', '3', '40.0', '44.0', '1.100'],
    ['replay: a', '**median of 3**', '20.0', '20.0', '**1.100**'],
  ]);
});

test('a pair of which one run is not whole is shown and does not count', () => {
  const broken: BuildCost = { microseconds: 1, failure: '7 of 10' };
  const pairs = [
    { old: took(10), new: broken },
    { old: took(10), new: took(11) },
  ];
  assert.deepEqual(pairRows('live: a', pairs), [
    ['live: a', '1', '10.0', '**WRONG: 7 of 10**', '-'],
    ['live: a', '2', '10.0', '11.0', '1.100'],
    ['live: a', '**median of 1**', '10.0', '11.0', '**1.100**'],
  ]);
  assert.deepEqual(pairRows('live: a', [{ old: broken, new: broken }]).at(-1), [
    'live: a',
    '**median of 0**',
    '-',
    '-',
    '**-**',
  ]);
});
