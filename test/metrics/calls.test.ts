import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange } from '../../src/exchange/exchange.ts';
import type { CallKind } from '../../src/grpc/call-kind.ts';
import { makeRequestMetrics } from '../support/metrics/make-request-metrics.ts';
import { observedExchange, outgoing } from '../support/metrics/observed-exchange.ts';

/** An exchange that is a call with this status. */
function asCall(exchange: Exchange, status: number | undefined, kind: CallKind = 'grpc'): Exchange {
  return { ...exchange, call: { kind, requestMessages: 1, responseMessages: 1, end: { status, message: undefined } } };
}

/** How often each set of labels came. */
function countsOf(made: ReturnType<typeof makeRequestMetrics>, name: string) {
  const samples = [...(made.metrics().find((metric) => metric.name === name)?.samples ?? [])];
  return samples
    .filter(({ ending }) => ending === '_count')
    .map(
      ({ labels, value }) =>
        `${Object.entries(labels ?? {})
          .map(([key, text]) => `${key}=${text}`)
          .join(' ')}: ${value}`,
    )
    .sort();
}

test('calls have durations by method and status, beside those of HTTP', () => {
  const made = makeRequestMetrics();
  const served = (status: number | undefined) =>
    asCall(observedExchange('incoming', 'POST', '/shop.Orders/Get', 200), status);
  for (const status of [0, 0, 5, 13, undefined]) made.requests.observe(served(status));
  const asked = outgoing('bank:443', '10.0.0.9', 200, '/bank.v1.Accounts/Pay');
  made.requests.observe(asCall(asked, 5, 'connect'));
  made.requests.observe(observedExchange('incoming', 'GET', '/page', 200));
  const get = 'rpc_method=shop.Orders/Get';
  assert.deepEqual(countsOf(made, 'rpc_server_call_duration_seconds'), [
    `rpc_system_name=grpc ${get} error_type=no_grpc_status: 1`,
    `rpc_system_name=grpc ${get} rpc_response_status_code=INTERNAL error_type=INTERNAL: 1`,
    `rpc_system_name=grpc ${get} rpc_response_status_code=NOT_FOUND: 1`,
    `rpc_system_name=grpc ${get} rpc_response_status_code=OK: 2`,
  ]);
  assert.deepEqual(countsOf(made, 'rpc_client_call_duration_seconds'), [
    'rpc_system_name=connectrpc rpc_method=bank.v1.Accounts/Pay rpc_response_status_code=NOT_FOUND ' +
      'error_type=NOT_FOUND server_address=bank: 1',
  ]);
  assert.equal(countsOf(made, 'http_server_request_duration_seconds').length, 2);
});

test('a method that a server does not have gets no series of its own', () => {
  const made = makeRequestMetrics();
  for (let number = 0; number < 20; number++) {
    made.requests.observe(asCall(observedExchange('incoming', 'POST', `/made.Up/Name${number}`, 200), 12));
  }
  assert.deepEqual(countsOf(made, 'rpc_server_call_duration_seconds'), [
    'rpc_system_name=grpc rpc_method=_OTHER rpc_response_status_code=UNIMPLEMENTED error_type=UNIMPLEMENTED: 20',
  ]);
});

test('durations of calls have a place in the limit of series', () => {
  const made = makeRequestMetrics({ maxSeries: 20 });
  for (let status = 0; status < 17; status++) {
    for (const target of ['/a.B/C', '/a.B/D', '/a.B/E']) {
      made.requests.observe(asCall(observedExchange('incoming', 'POST', target, 200), status));
    }
  }
  const counts = countsOf(made, 'rpc_server_call_duration_seconds');
  assert.ok(counts.length < 20, `${counts.length}`);
  assert.ok(counts.some((line) => line.includes('rpc_method=_OTHER')));
});
