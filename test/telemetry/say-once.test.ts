import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sayOnce } from '../../src/telemetry/say-once.ts';

test('a sentence is said at the first call, and not again', () => {
  const said: string[] = [];
  const warn = sayOnce((sentence) => said.push(sentence), 'enough');
  assert.deepEqual(said, []);
  for (let times = 0; times < 3; times++) warn();
  assert.deepEqual(said, ['enough']);
});
