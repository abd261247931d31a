import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../../src/exchange/exchange.ts';
import { makeRequestMetrics } from '../support/metrics/make-request-metrics.ts';
import { observedExchange as exchange, outgoing } from '../support/metrics/observed-exchange.ts';
import { notZero, valuesOf } from '../support/metrics/values-of.ts';

function values(made: ReturnType<typeof makeRequestMetrics>, name: string) {
  return valuesOf(made.metrics(), `http_logger_${name}`);
}

test('before the first request there is a series for each kind of failure, in both directions', () => {
  const made = makeRequestMetrics();
  assert.deepEqual(values(made, 'requests'), { incoming: 0, outgoing: 0 });
  const kinds = ['5xx', 'grpc', 'timeout', 'reset', 'closed'];
  const expected = ['incoming', 'outgoing'].flatMap((direction) => kinds.map((kind) => [`${direction} ${kind}`, 0]));
  assert.deepEqual(values(made, 'requests_failed'), Object.fromEntries(expected));
  assert.equal(Object.keys(values(made, 'requests_answered_late')).length, 12);
});

test('with the first request of a route there is a series for each kind of failure', () => {
  const made = makeRequestMetrics();
  made.requests.observe(exchange('incoming', 'POST', '/payments', 201));
  made.requests.observe(outgoing('bank:443', '10.0.0.9', 200, '/transfers/4711'));
  assert.deepEqual(values(made, 'route_requests'), {
    'incoming POST /payments': 1,
    'outgoing GET /transfers/{id} bank': 1,
  });
  assert.deepEqual(values(made, 'route_requests_failed'), {
    'incoming POST /payments 5xx': 0,
    'incoming POST /payments timeout': 0,
    'incoming POST /payments grpc': 0,
    'incoming POST /payments reset': 0,
    'incoming POST /payments closed': 0,
    'outgoing GET /transfers/{id} bank 5xx': 0,
    'outgoing GET /transfers/{id} bank timeout': 0,
    'outgoing GET /transfers/{id} bank grpc': 0,
    'outgoing GET /transfers/{id} bank reset': 0,
    'outgoing GET /transfers/{id} bank closed': 0,
  });
});

const endings: readonly (readonly [Outcome, number | undefined, string | undefined])[] = [
  ['answered', 200, undefined],
  ['answered', 404, undefined],
  ['answered', 500, '5xx'],
  ['answered', 599, '5xx'],
  ['timeout', undefined, 'timeout'],
  ['reset', undefined, 'reset'],
  ['closed', undefined, 'closed'],
  ['unknown', undefined, undefined],
  // The answer was cut short.
  ['reset', 200, 'reset'],
  ['closed', 200, 'closed'],
];

for (const [outcome, status, failure] of endings) {
  test(`${outcome} with status ${status}: ${failure ?? 'not failed'}`, () => {
    const made = makeRequestMetrics();
    made.requests.observe({ ...exchange('incoming', 'GET', '/a', status), outcome });
    const expected = failure === undefined ? {} : { [`incoming ${failure}`]: 1 };
    assert.deepEqual(notZero(values(made, 'requests_failed')), expected);
    const byRoute = failure === undefined ? {} : { [`incoming GET /a ${failure}`]: 1 };
    assert.deepEqual(notZero(values(made, 'route_requests_failed')), byRoute);
    assert.deepEqual(notZero(values(made, 'requests')), { incoming: 1 });
  });
}

test('a connection that never came up is no request', () => {
  const made = makeRequestMetrics();
  made.connects.observe({
    endpoints: exchange('outgoing', 'GET', '/').endpoints,
    outcome: 'refused',
    startTime: 0,
    endTime: 1,
    sequence: 0,
  });
  assert.deepEqual(notZero(values(made, 'requests')), {});
  assert.deepEqual(notZero(values(made, 'requests_failed')), {});
});

test('every request is in the counters of its direction, and in those by route unless there is no room', () => {
  const made = makeRequestMetrics({ maxRoutes: 30, maxPeers: 5, maxSeries: 40 });
  for (let index = 0; index < 3000; index++) {
    const status = [200, 503, undefined][index % 3];
    made.requests.observe(outgoing(`host-${index % 20}`, `10.0.0.${index % 7}`, status, `/r${index % 20}`));
  }
  const sum = (name: string) => Object.values(values(made, name)).reduce((all, value) => all + value, 0);
  assert.equal(sum('requests'), 3000);
  assert.equal(sum('requests_failed'), 2000);
  assert.equal(sum('route_requests'), 3000);
  assert.equal(sum('route_requests_failed'), 2000);
});
