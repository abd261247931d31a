import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { captureTime } from '../../src/config/capture-time.ts';

const now = Date.UTC(2026, 10, 29, 14, 5);

test('each form of a time is understood, to the microsecond', () => {
  const noon = Date.UTC(2026, 10, 29, 12) * 1000;
  const times: readonly (readonly [text: string, microseconds: number])[] = [
    ['2026-11-29T12:00:00Z', noon],
    ['2026-11-29t12:00:00z', noon],
    ['2026-11-29 12:00:00', noon],
    ['2026-11-29T12:00', noon],
    ['2026-11-29T13:30:00+01:30', noon],
    ['2026-11-28T23:00-13:00', noon],
    ['2026-11-29T12:00:00.1Z', noon + 100_000],
    ['2026-11-29T12:00:00.000001Z', noon + 1],
    ['2026-11-29T12:00:00.123456789Z', noon + 123_456],
    ['2026-11-29', noon - 12 * 3600e6],
    ['2024-02-29', Date.UTC(2024, 1, 29) * 1000],
    ['0', 0],
    ['1764417600', 1_764_417_600_000_000],
    ['1764417600.25', 1_764_417_600_250_000],
    ['90s', now * 1000 - 90e6],
    ['15m', now * 1000 - 15 * 60e6],
    ['-15m', now * 1000 - 15 * 60e6],
    ['2h', now * 1000 - 7200e6],
    ['3d', now * 1000 - 3 * 86_400e6],
    ['1h30m', now * 1000 - 5400e6],
    ['-1d2h3m4s', now * 1000 - (86_400 + 7384) * 1e6],
    ['90m5s', now * 1000 - 5405e6],
    ['2026-11-29T13:30:00+0130', noon],
    ['2026-11-28T23:00-1300', noon],
  ];
  for (const [text, expected] of times) assert.equal(captureTime(text, now), expected, text);
});

test('what is no time is refused', () => {
  for (const text of [
    '',
    'now',

    '15 m',
    '15M',
    '+15m',
    '-',
    '30m1h',
    '1m1m',
    '1h30',
    '2026-11-29T12:00:00+1',
    '2026-11-29T12:00:00+2400',
    '1764417600000',
    '2026-11-31',
    '2025-02-29',
    '2026-13-01',
    '2026-11-29T24:00:00Z',
    '2026-11-29T12:60:00Z',
    '2026-11-29T12:00:60Z',
    '2026-11-29T12:00:00+24:00',
    '2026-11-29T12:00:00+01:60',
    '2026-11-29T12',
    '2026-11-29Z',
    ' 2026-11-29',
    '1.',
    '1e9',
  ]) {
    assert.equal(captureTime(text, now), undefined, text);
  }
});

test('any moment that is written comes back, with any offset', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4_102_444_800_000 }),
      fc.integer({ min: -1439, max: 1439 }),
      (milliseconds, offset) => {
        const local = new Date(milliseconds + offset * 60_000).toISOString().slice(0, -1);
        const pad = (value: number) => `${Math.trunc(Math.abs(value))}`.padStart(2, '0');
        const zone = `${offset < 0 ? '-' : '+'}${pad(offset / 60)}:${pad(offset % 60)}`;
        assert.equal(captureTime(`${local}${zone}`, now), milliseconds * 1000);
      },
    ),
  );
});

test('any text is a time or none', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9TZ:.+ -]{0,30}$/)), (text) => {
      const time = captureTime(text, now);
      assert.ok(time === undefined || Number.isSafeInteger(time));
    }),
    { numRuns: 2000 },
  );
});
