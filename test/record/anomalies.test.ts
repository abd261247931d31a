import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anomaliesOf } from '../../src/record/anomalies.ts';
import { exchangeOf, requestMessage, responseMessage } from '../support/record/exchanges.ts';

test('what was odd about either message is said once; of an ordinary exchange nothing', () => {
  assert.equal(anomaliesOf(exchangeOf(), 0), undefined);
  const request = requestMessage({ anomalies: ['request_line', 'bare_lf'] });
  const response = responseMessage({ anomalies: ['bare_lf', 'obs_fold'] });
  assert.deepEqual(anomaliesOf(exchangeOf({ request, response }), 256), ['request_line', 'bare_lf', 'obs_fold']);
  assert.deepEqual(anomaliesOf(exchangeOf({ request, response: undefined }), 256), ['request_line', 'bare_lf']);
  assert.deepEqual(anomaliesOf(exchangeOf({ request: undefined, response }), 256), ['bare_lf', 'obs_fold']);
});

test('a message with more fields than a record carries is odd', () => {
  const many = [
    ['a', '1'],
    ['b', '2'],
  ] as const;
  assert.equal(anomaliesOf(exchangeOf({ request: requestMessage({ headers: many }) }), 2), undefined);
  for (const exchange of [
    exchangeOf({ request: requestMessage({ headers: many }) }),
    exchangeOf({ response: responseMessage({ headers: many }) }),
  ]) {
    assert.deepEqual(anomaliesOf(exchange, 1), ['too_many_fields']);
  }
});
