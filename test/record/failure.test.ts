import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf } from '../../src/record/failure.ts';

const statuses = [undefined, 99, 100, 200, 304, 400, 404, 429, 499, 500, 503, 599, 600, 999];
const errors: readonly (number | undefined)[] = [99, 500, 503, 599, 600, 999];

test('an answer fails from 500 on, and with a status that is none', () => {
  for (const outcome of ['answered', 'unknown'] as const) {
    const failed = statuses.filter((status) => failureOf({ status, outcome }) === '5xx');
    assert.deepEqual(failed, errors, outcome);
    const others = statuses.filter((status) => !failed.includes(status));
    for (const status of others) assert.equal(failureOf({ status, outcome }), undefined, `${status} ${outcome}`);
  }
});

test('what gets no whole response fails, whatever its status says', () => {
  for (const outcome of ['timeout', 'reset', 'closed', 'refused'] as const) {
    for (const status of statuses) assert.equal(failureOf({ status, outcome }), outcome);
  }
});
