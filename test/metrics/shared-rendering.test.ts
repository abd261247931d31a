import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedRendering } from '../../src/metrics/shared-rendering.ts';

/** Renderings of a gauge that tells which one it is, by a clock of the test. */
function counted() {
  const clock = { now: 0, renderings: 0 };
  const shared = new SharedRendering({
    format: 'prometheus',
    metrics: () => [{ name: 'rendering', type: 'gauge', help: '', samples: [{ value: ++clock.renderings }] }],
    now: () => clock.now,
    turn: async () => {},
  });
  return { clock, shared };
}

test('a hundred who ask at once share one rendering, and so does who asks within a second', async () => {
  const { clock, shared } = counted();
  const [first, ...others] = await Promise.all(Array.from({ length: 100 }, () => shared.take()));
  for (const other of others) assert.equal(other, first);
  clock.now = 999;
  assert.equal(await shared.take(), first);
  assert.equal(clock.renderings, 1);
  clock.now = 1000;
  assert.notEqual(await shared.take(), first);
  assert.equal(clock.renderings, 2);
});

test('slow readers make no third text: the last one is handed out until the one before it is sent', async () => {
  const { clock, shared } = counted();
  const slow = await shared.take();
  clock.now += 1000;
  const last = await shared.take();
  assert.notEqual(last, slow);
  shared.release(last);
  // The text before it is still being sent, but nobody sends the last one.
  clock.now += 1000;
  const third = await shared.take();
  assert.notEqual(third, last);
  for (let times = 0; times < 50; times++) {
    clock.now += 1000;
    assert.equal(await shared.take(), third);
  }
  assert.equal(clock.renderings, 3);
  shared.release(slow);
  assert.notEqual(await shared.take(), third);
  assert.equal(clock.renderings, 4);
});

test('a rendering that fails is tried again by the next who asks', async () => {
  let fails = true;
  const shared = new SharedRendering({
    format: 'prometheus',
    metrics: () => {
      if (fails) throw new Error('broken');
      return [];
    },
  });
  await assert.rejects(shared.take(), /broken/);
  fails = false;
  assert.ok((await shared.take()).length > 0);
});
