import assert from 'node:assert/strict';
import { test } from 'node:test';
import { microsecondClock } from '../../../src/capture/file/timestamp-units.ts';
import { createRandom } from '../../support/program/random.ts';

function oracle(resolution: number, offsetSeconds: bigint, units: bigint): number {
  const unitsPerSecond = (resolution & 0x80 ? 2n : 10n) ** BigInt(resolution & 0x7f);
  const time = (units * 1_000_000n) / unitsPerSecond + offsetSeconds * 1_000_000n;
  const limit = BigInt(Number.MAX_SAFE_INTEGER);
  return Number(time < 0n ? 0n : time > limit ? limit : time);
}

test('time stamps of this century are exact in every resolution from seconds to nanoseconds and 2^-32', () => {
  const random = createRandom(3);
  const decimal = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const binary = Array.from({ length: 33 }, (_, exponent) => 0x80 | exponent);
  for (const resolution of [...decimal, ...binary]) {
    const unitsPerSecond = (resolution & 0x80 ? 2n : 10n) ** BigInt(resolution & 0x7f);
    for (const offset of [0, 946_684_800, -3600]) {
      const toMicroseconds = microsecondClock(resolution, offset);
      for (let round = 0; round < 200; round++) {
        const seconds = BigInt(Math.floor(1.6e9 + random() * 4e8));
        const units = seconds * unitsPerSecond + BigInt(Math.floor(random() * Number(unitsPerSecond)));
        const time = toMicroseconds(Number(units >> 32n), Number(units & 0xffffffffn));
        assert.equal(time, oracle(resolution, BigInt(offset), units), `resolution ${resolution}, ${units} units`);
      }
    }
  }
});

test('any 64 bits in any resolution with any offset give a whole, safe number that is not negative', () => {
  const random = createRandom(4);
  const any = () => Math.floor(random() * 2 ** 32);
  for (let resolution = 0; resolution < 256; resolution++) {
    for (const offset of [0, 1, -1, 9.3e18, -9.3e18]) {
      const toMicroseconds = microsecondClock(resolution, offset);
      for (const [high, low] of [
        [0, 0],
        [0xffffffff, 0xffffffff],
        [any(), any()],
      ] as const) {
        const time = toMicroseconds(high, low);
        assert.ok(Number.isSafeInteger(time) && time >= 0, `${resolution} ${offset} ${high} ${low}: ${time}`);
      }
    }
  }
});
