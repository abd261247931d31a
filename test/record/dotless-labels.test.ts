import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecordBuilder } from '../../src/record/build.ts';
import { createConnectRecordBuilder } from '../../src/record/build-connect.ts';
import { dotless } from '../../src/record/dotless-labels.ts';
import { type SchemaName, schemas } from '../../src/record/schema/schemas.ts';
import { exchangeOf, fullOptions } from '../support/record/exchanges.ts';
import { toSchema } from '../support/record/to-schema.ts';

test('dots become _, and no label takes the place of another', () => {
  assert.deepEqual(dotless({ app: 'a', 'app.kubernetes.io/name': 'b' }), { app: 'a', 'app_kubernetes_io/name': 'b' });
  assert.deepEqual(dotless({ 'a.b': '1', a_b: '2', 'a_b.': '3' }), { a_b: '1', a_b_: '2', a_b__: '3' });
});

test('no schema has a label whose name is the beginning of another', () => {
  const identity = { ...fullOptions.identity, labels: { app: 'shop', 'app.kubernetes.io/version': '2' } };
  const record = createRecordBuilder({ ...fullOptions, identity })(exchangeOf());
  for (const name of Object.keys(schemas) as readonly SchemaName[]) {
    const text = JSON.stringify(toSchema[name](record));
    assert.equal(text.includes('app_kubernetes_io/version'), name !== 'legacy', text);
    assert.doesNotMatch(text, /app\.kubernetes/);
  }
});

test('records of connections that never came up have them, too', () => {
  const identity = { ...fullOptions.identity, labels: { 'a.b': 'c' } };
  const { endpoints } = exchangeOf();
  const failed = { endpoints, outcome: 'refused', startTime: 0, endTime: 0, sequence: 1 } as const;
  const build = createConnectRecordBuilder({ identity, nameOf: undefined });
  assert.deepEqual(build(failed as never).identity.labels, { a_b: 'c' });
});
