import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isErrorStatus } from '../../src/record/status.ts';
import { createRecord } from '../support/record/create-record.ts';
import { toSchema } from '../support/record/to-schema.ts';

test('statuses from the least one on and those that are no valid ones tell of a failure', () => {
  const failing = (least: 400 | 500) =>
    [0, 99, 100, 399, 400, 499, 500, 600, 999].filter((each) => isErrorStatus(each, least));
  assert.deepEqual(failing(400), [0, 99, 400, 499, 500, 600, 999]);
  assert.deepEqual(failing(500), [0, 99, 500, 600, 999]);
  assert.equal(isErrorStatus(undefined, 400), false);
});

test('an answer whose status could not be read has none in any schema, and nobody calls it a failure', () => {
  const record = createRecord(1, { status: undefined, anomalies: ['status_line'] });
  const ecs = JSON.parse(JSON.stringify(toSchema.ecs(record)));
  assert.deepEqual([ecs.event.outcome, ecs.http.response.status_code], ['unknown', undefined]);
  assert.deepEqual(ecs.exchange.anomalies, ['status_line']);
  const otel = JSON.parse(JSON.stringify(toSchema.otel(record)));
  assert.deepEqual([otel['error.type'], otel['http.response.status_code']], [undefined, undefined]);
  assert.deepEqual(otel['exchange.anomalies'], ['status_line']);
  const legacy = JSON.parse(JSON.stringify(toSchema.legacy(record)));
  assert.deepEqual([legacy.resCode, legacy.anomalies], [undefined, undefined]);
});

test('a status below 100 is a failure in every schema that knows failures', () => {
  const record = createRecord(1, { status: 99 });
  assert.equal(JSON.parse(JSON.stringify(toSchema.ecs(record))).event.outcome, 'failure');
  assert.equal(JSON.parse(JSON.stringify(toSchema.otel(record)))['error.type'], '99');
});
