import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteadyClock } from '../../src/bytes/steady-clock.ts';

const hour = 3_600_000_000;

test('time goes forward with the capture, and not back with packets out of order', () => {
  const clock = new SteadyClock();
  assert.deepEqual(
    [10, 20, 15, 30].map((time) => clock.advance(time)),
    [10, 20, 20, 30],
  );
  assert.equal(clock.captureTime, 30);
});

test('a clock that is set back goes on from where it was', () => {
  const clock = new SteadyClock();
  clock.advance(2 * hour);
  assert.equal(clock.advance(hour), 2 * hour);
  assert.equal(clock.advance(hour + 5), 2 * hour + 5);
  assert.equal(clock.captureTime, hour + 5);
});
