import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeRequestMetrics } from '../support/metrics/make-request-metrics.ts';
import { outgoing } from '../support/metrics/observed-exchange.ts';
import { valuesOf } from '../support/metrics/values-of.ts';
import { failedConnectionExample } from '../support/record/failed-connection-example.ts';

function to(serverIp: string, outcome: 'refused' | 'timeout' = 'refused') {
  const { endpoints } = failedConnectionExample;
  return { ...failedConnectionExample, outcome, endpoints: { ...endpoints, serverIp } };
}

const name = 'http_logger_failed_connections';

test('connections that never came up are counted by server and outcome, both outcomes from the first one on', () => {
  const { connects, metrics } = makeRequestMetrics();
  for (const failed of [to('10.0.0.2'), to('10.0.0.2', 'timeout'), to('10.0.0.2'), to('2001:db8::1')]) {
    connects.observe(failed);
  }
  assert.deepEqual(valuesOf(metrics(), name), {
    '10.0.0.2 refused': 2,
    '10.0.0.2 timeout': 1,
    '2001:db8::1 refused': 1,
    '2001:db8::1 timeout': 0,
  });
});

test('a server that has been asked is there before its first connection fails, under the same name', () => {
  const { requests, connects, metrics } = makeRequestMetrics();
  requests.observe(outgoing('payments:8080', '10.0.0.2', 200));
  assert.deepEqual(valuesOf(metrics(), name), { 'payments refused': 0, 'payments timeout': 0 });
  connects.observe(to('10.0.0.2'));
  assert.deepEqual(valuesOf(metrics(), name), { 'payments refused': 1, 'payments timeout': 0 });
});

test('an address that is asked by several names says nothing of whom a failed connection was for', () => {
  const { requests, connects, metrics } = makeRequestMetrics();
  for (const host of ['payments', 'orders', 'payments']) requests.observe(outgoing(host, '10.0.0.2', 200));
  connects.observe(to('10.0.0.2'));
  const values = valuesOf(metrics(), name);
  assert.equal(values['10.0.0.2 refused'], 1);
  assert.equal(values['payments refused'], 0);
});

test('a scan of many servers takes half of the places, and the others are counted together', () => {
  const { connects, metrics } = makeRequestMetrics({ maxPeers: 50 });
  for (let server = 0; server < 1000; server++) connects.observe(to(`10.0.${server >> 8}.${server & 255}`));
  connects.observe(to('10.0.0.5'));
  const values = valuesOf(metrics(), name);
  assert.equal(Object.keys(values).length, 2 * 26);
  assert.equal(values['{other} refused'], 975);
  assert.equal(values['10.0.0.5 refused'], 2);
  assert.deepEqual(valuesOf(metrics(), 'http_logger_metrics_overflowing_peers'), { '': 975 });
});
