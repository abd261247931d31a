import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecordBuilder } from '../../../src/record/build.ts';
import { legacy } from '../../../src/record/schema/legacy.ts';
import { createObjectEncoder } from '../../../src/record/schema/object-encoder.ts';
import { exchangeOf, fullOptions } from '../../support/record/exchanges.ts';

const toLegacy = createObjectEncoder(legacy);
const build = createRecordBuilder({ ...fullOptions, headers: { kind: 'none' } });

test("the predecessor's names, seconds and text status", () => {
  assert.deepEqual(toLegacy(build(exchangeOf())), {
    type: 'income',
    srcIP: '10.0.0.1',
    srcPort: 51_000,
    dstIP: '10.0.0.2',
    dstPort: 8080,
    url: '/',
    method: 'GET',
    resTime: 0.01275,
    resCode: '200',
  });
});

test('an outgoing request is outgo, and one of unknown direction has no type', () => {
  const { endpoints } = exchangeOf();
  assert.equal(toLegacy(build(exchangeOf({ endpoints: { ...endpoints, direction: 'outgoing' } })))['type'], 'outgo');
  assert.equal('type' in toLegacy(build(exchangeOf({ endpoints: { ...endpoints, direction: 'unknown' } }))), false);
});

test('an unanswered request has 408, one whose answer may have been missed has no code', () => {
  for (const outcome of ['timeout', 'reset', 'closed'] as const) {
    const legacy = toLegacy(build(exchangeOf({ response: undefined, outcome })));
    assert.equal(legacy['resCode'], '408');
    assert.equal(legacy['resTime'], undefined);
  }
  assert.equal(toLegacy(build(exchangeOf({ response: undefined, outcome: 'unknown' })))['resCode'], undefined);
});
