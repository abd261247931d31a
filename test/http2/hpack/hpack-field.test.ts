import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maxFieldSlots } from '../../../src/http/header-field.ts';
import { withSlot } from '../../../src/http2/hpack/hpack-field.ts';

const slotOf = (name: string, value: string) => withSlot({ name, value, slot: 0, isSensitive: false }).slot;

test('a field that repeats has the same slot wherever it comes from, and most others have another one', () => {
  const slots = new Set<number>();
  for (let index = 0; index < 1000; index++) {
    const [name, value] = [`x-name-${index % 10}`, `value of ${Math.imul(index, 0x9e3779b1)}`];
    const slot = slotOf(name, value);
    assert.ok(Number.isInteger(slot) && slot >= 1 && slot <= maxFieldSlots);
    assert.equal(slotOf(name, value), slot);
    slots.add(slot);
  }
  assert.ok(slots.size > 100, String(slots.size));
});

test('texts without characters have a slot, too, and what is sensitive stays so', () => {
  for (const [name, value] of [
    ['', ''],
    ['x', ''],
    ['', 'y'],
    ['\xff'.repeat(4000), '\xff'.repeat(60_000)],
  ] as const) {
    assert.ok(slotOf(name, value) >= 1 && slotOf(name, value) <= maxFieldSlots, name.slice(0, 9));
  }
  assert.equal(withSlot({ name: 'a', value: 'b', slot: 0, isSensitive: true }).isSensitive, true);
});
