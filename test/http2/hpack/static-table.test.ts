import assert from 'node:assert/strict';
import { test } from 'node:test';
import { staticTable } from '../../../src/http2/hpack/static-table.ts';

test('the static table has 61 fields, in lower case and in the order of the RFC', () => {
  assert.equal(staticTable.length, 61);
  assert.ok(staticTable.every(({ name, isSensitive }) => name === name.toLowerCase() && !isSensitive));
  const at = (index: number) => [staticTable[index - 1]?.name, staticTable[index - 1]?.value];
  assert.deepEqual(at(1), [':authority', '']);
  assert.deepEqual(at(2), [':method', 'GET']);
  assert.deepEqual(at(8), [':status', '200']);
  assert.deepEqual(at(14), [':status', '500']);
  assert.deepEqual(at(16), ['accept-encoding', 'gzip, deflate']);
  assert.deepEqual(at(38), ['host', '']);
  assert.deepEqual(at(61), ['www-authenticate', '']);
  assert.deepEqual(at(19), ['accept', '']);
  const names = staticTable.slice(19).map(({ name }) => name);
  assert.deepEqual(names, [...names].sort());
});
