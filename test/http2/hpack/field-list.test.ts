import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FieldList } from '../../../src/http2/hpack/field-list.ts';

const field = (value: string) => ({ name: 'name', value, slot: 0, isSensitive: false });

describe('a list of fields', () => {
  test('holds as many as its limit has room for, and counts the others', () => {
    const list = new FieldList(2 * 32 + 2 * 4 + 10);
    for (const value of ['12345', '123456', '12345', '']) list.add(field(value));
    assert.deepEqual(
      list.fields.map(({ value }) => value),
      ['12345', '12345'],
    );
    assert.deepEqual([list.undecoded, list.dropped], [0, 2]);
  });

  test('counts those that are not known', () => {
    const list = new FieldList(1000);
    assert.ok(list.isEmpty);
    list.add(undefined);
    assert.ok(!list.isEmpty);
    assert.deepEqual([list.fields.length, list.undecoded, list.dropped], [0, 1, 0]);
  });
});
