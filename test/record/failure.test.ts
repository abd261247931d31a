import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call } from '../../src/grpc/open-call.ts';
import { failureOf, hasCallFailed } from '../../src/record/failure.ts';
import { exchangeOf, responseMessage, withUndecoded } from '../support/record/exchanges.ts';

const statuses = [undefined, 99, 100, 200, 304, 400, 404, 429, 499, 500, 503, 599, 600, 999];
const errors: readonly (number | undefined)[] = [99, 500, 503, 599, 600, 999];

test('an answer fails from 500 on, and with a status that is none', () => {
  for (const outcome of ['answered', 'unknown'] as const) {
    const failed = statuses.filter((status) => failureOf({ status, outcome, grpc: undefined }) === '5xx');
    assert.deepEqual(failed, errors, outcome);
    const others = statuses.filter((status) => !failed.includes(status));
    for (const status of others)
      assert.equal(failureOf({ status, outcome, grpc: undefined }), undefined, `${status} ${outcome}`);
  }
});

test('what gets no whole response fails, whatever its status says', () => {
  for (const outcome of ['timeout', 'reset', 'closed', 'refused'] as const) {
    for (const status of statuses) assert.equal(failureOf({ status, outcome, grpc: undefined }), outcome);
  }
});

const call = (status: number | undefined, kind: Call['kind'] = 'grpc'): Call => {
  return { kind, requestMessages: 1, responseMessages: 1, end: { status, message: undefined } };
};
const { endpoints } = exchangeOf();

test('a call of gRPC fails by its own status: for a client all but OK, for a server its own errors', () => {
  const failed = (direction: typeof endpoints.direction) =>
    Array.from({ length: 18 }, (_, status) => status).filter((status) =>
      hasCallFailed(exchangeOf({ call: call(status), endpoints: { ...endpoints, direction } })),
    );
  assert.deepEqual(failed('incoming'), [2, 4, 12, 13, 14, 15]);
  assert.deepEqual(failed('unknown'), [2, 4, 12, 13, 14, 15]);
  assert.deepEqual(failed('outgoing'), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
  assert.equal(failureOf({ status: 200, outcome: 'answered', grpc: { hasFailed: true } }), 'grpc');
  assert.equal(failureOf({ status: 503, outcome: 'answered', grpc: { hasFailed: true } }), '5xx');
  assert.equal(failureOf({ status: 200, outcome: 'reset', grpc: { hasFailed: true } }), 'reset');
});

test('a call that has ended without a status has failed, if nothing of its end was missed', () => {
  const without = { call: call(undefined) };
  assert.equal(hasCallFailed(exchangeOf(without)), true);
  assert.equal(hasCallFailed(exchangeOf({ ...without, incomplete: true })), false);
  assert.equal(hasCallFailed(exchangeOf({ ...without, outcome: 'unknown' })), false);
  const response = responseMessage();
  const trailers = withUndecoded(response.head.headers, 1);
  assert.equal(hasCallFailed(exchangeOf({ ...without, response: { ...response, trailers } })), false);
  assert.equal(hasCallFailed(exchangeOf({ call: call(undefined, 'connect') })), false);
  assert.equal(hasCallFailed(exchangeOf()), false);
});
