import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DynamicTable } from '../../../src/http2/hpack/dynamic-table.ts';
import type { HpackField } from '../../../src/http2/hpack/hpack-decoder.ts';
import { assertLinear } from '../../support/program/cpu-cost.ts';

const field = (name: string, value = ''): HpackField => ({ name, value, slot: 0, isSensitive: false });
const all = (table: DynamicTable) => Array.from({ length: table.length }, (_, age) => table.entry(age));

describe('a dynamic table', () => {
  test('counts from the newest entry, and knows nothing behind the oldest', () => {
    const table = new DynamicTable(4096);
    const [one, other] = [field('one'), field('other')];
    table.insert(one);
    table.insert(other);
    assert.equal(table.entry(0), other);
    assert.equal(table.entry(1), one);
    assert.equal(table.entry(2), undefined);
  });

  test('has room for names, values and 32 bytes for each entry', () => {
    const table = new DynamicTable(80);
    table.insert(field('four', 'four'));
    table.insert(field('1234', '5678'));
    assert.deepEqual([table.length, table.size], [2, 80]);
    table.insert(field(''));
    assert.deepEqual([table.length, table.size], [2, 72]);
    assert.equal(table.entry(1)?.name, '1234');
  });

  test('is empty after an entry that is larger than it', () => {
    const table = new DynamicTable(100);
    table.insert(field('small'));
    table.insert(field('large', 'x'.repeat(100)));
    assert.deepEqual([table.length, table.size], [0, 0]);
  });

  test('lets the oldest go when it becomes smaller, and none come back', () => {
    const table = new DynamicTable(4096);
    for (const name of ['a', 'b', 'c']) table.insert(field(name));
    table.resize(70);
    table.resize(4096);
    assert.deepEqual(
      all(table).map((entry) => entry?.name),
      ['c', 'b'],
    );
    table.resize(0);
    assert.deepEqual([table.length, table.size], [0, 0]);
  });

  test('keeps the place of an entry that is not known, at the least size that it may have', () => {
    const table = new DynamicTable(4096);
    table.insert(field('a'));
    table.insert(undefined);
    assert.deepEqual([table.length, table.size], [2, 65]);
    assert.deepEqual([table.entry(0), table.entry(1)?.name], [undefined, 'a']);
  });

  test('holds what a plain list would', () => {
    const lengths = fc.array(fc.oneof(fc.nat(40), fc.constant(300)), { maxLength: 300 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 0, max: 3000 }), (values, capacity) => {
        const table = new DynamicTable(capacity);
        let plain: HpackField[] = [];
        for (const length of values) {
          const entry = field('', 'x'.repeat(length));
          table.insert(entry);
          plain = [entry, ...plain];
          while (plain.reduce((sum, { value }) => sum + value.length + 32, 0) > capacity) plain.pop();
          assert.deepEqual(all(table), plain);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('costs the same for each entry, however many there were', () =>
    assertLinear({
      run: (count: number) => {
        const table = new DynamicTable(65536);
        for (let left = count; left > 0; left--) table.insert(undefined);
      },
      less: () => 100_000,
      more: () => 400_000,
    }));
});
