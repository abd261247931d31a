import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Progress } from '../../src/telemetry/progress.ts';

const megabyte = 1024 * 1024;

function started() {
  const drawn: string[] = [];
  const clock = { now: 1_000_000 };
  const progress = new Progress(
    (text) => drawn.push(text),
    () => clock.now,
  );
  return { progress, drawn, clock };
}

test('a large file shows its share, the exchanges and the time left, a few times a second', () => {
  const { progress, drawn, clock } = started();
  clock.now += 2000;
  progress.update(50 * megabyte, 200 * megabyte, 1234);
  clock.now += 199;
  progress.update(60 * megabyte, 200 * megabyte, 1300);
  clock.now++;
  progress.update(100 * megabyte, 200 * megabyte, 2000);
  assert.deepEqual(drawn, [
    '\r\x1b[Kread 25 % of 210 MB, 1234 exchanges, 6 s left',
    '\r\x1b[Kread 50 % of 210 MB, 2000 exchanges, 3 s left',
  ]);
  progress.end();
  assert.equal(drawn.at(-1), '\r\x1b[K');
});

test('minutes are told as such, and a pipe has no share', () => {
  const { progress, drawn, clock } = started();
  clock.now += 10_000;
  progress.update(40 * megabyte, 1000 * megabyte, 0);
  clock.now += 10_000;
  progress.update(80 * megabyte, undefined, 5);
  assert.deepEqual(drawn, [
    '\r\x1b[Kread 4 % of 1049 MB, 0 exchanges, 4 min 0 s left',
    '\r\x1b[Kread 84 MB, 5 exchanges',
  ]);
});

test('a small file is read without a word', () => {
  const { progress, drawn, clock } = started();
  clock.now += 5000;
  progress.update(megabyte, 31 * megabyte, 7);
  progress.update(megabyte, undefined, 7);
  progress.end();
  assert.deepEqual(drawn, []);
});
