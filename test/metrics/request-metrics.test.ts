import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Labels, Metric } from '../../src/metrics/metric.ts';
import { RequestMetrics } from '../../src/metrics/request-metrics.ts';
import { observedExchange as exchange } from './observed-exchange.ts';

function metricsOf(requests: RequestMetrics): { readonly [name: string]: Metric } {
  return Object.fromEntries(requests.metrics().map((metric) => [metric.name, metric]));
}

/** Counts by labels, without the buckets. */
function counts(metric: Metric | undefined): readonly (readonly [Labels | undefined, number])[] {
  return [...(metric?.samples ?? [])]
    .filter(({ ending }) => ending === undefined || ending === '_count')
    .map(({ labels, value }) => [labels, value]);
}

function labels(method: string, status: string, route: string): Labels {
  return { http_request_method: method, http_response_status_code: status, http_route: route };
}

test('requests are counted by direction, method, status and route, with their durations', () => {
  const requests = new RequestMetrics({ maxRoutes: 10, maxSeries: 10 }, () => {});
  requests.observe(exchange('incoming', 'GET', '/orders/17?a=b', 200, 0.02));
  requests.observe(exchange('incoming', 'GET', '/orders/18', 200, 20));
  requests.observe(exchange('incoming', 'BREW', 'http://pot/coffee', 418));
  requests.observe(exchange('outgoing', 'CONNECT', 'db:5432', 200));
  requests.observe(exchange('unknown', 'GET', '/', 200));
  const metrics = metricsOf(requests);
  const server = metrics['http_server_request_duration_seconds'];
  assert.deepEqual(counts(server), [
    [labels('GET', '200', '/orders/{id}'), 2],
    [labels('_OTHER', '418', '/coffee'), 1],
  ]);
  assert.deepEqual(counts(metrics['http_client_request_duration_seconds']), [[labels('CONNECT', '200', '{other}'), 1]]);
  const bucket = (bound: string) => [...(server?.samples ?? [])].find((sample) => sample.bound === bound)?.value;
  assert.deepEqual([bucket('0.01'), bucket('0.025'), bucket('10.0'), bucket('+Inf')], [0, 1, 1, 2]);
});

test('a request without a response is in no histogram, but counted by its outcome', () => {
  const requests = new RequestMetrics({ maxRoutes: 10, maxSeries: 10 }, () => {});
  for (let time = 0; time < 3; time++) requests.observe(exchange('outgoing', 'GET', '/'));
  const metrics = metricsOf(requests);
  assert.deepEqual(counts(metrics['http_client_request_duration_seconds']), []);
  assert.deepEqual(counts(metrics['http_logger_unanswered_requests']), [
    [{ direction: 'outgoing', http_request_method: 'GET', outcome: 'timeout' }, 3],
  ]);
});

test('a million different paths make no more series than allowed, and none of their requests is forgotten', () => {
  const warnings: string[] = [];
  const requests = new RequestMetrics({ maxRoutes: 20, maxSeries: 50 }, (sentence) => warnings.push(sentence));
  const word = (index: number) => index.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '');
  const count = 1_000_000;
  for (let index = 0; index < count; index++) {
    requests.observe(exchange('incoming', 'GET', `/${word(index)}/${word(index * 7)}`, 200 + (index % 100)));
  }
  const metrics = metricsOf(requests);
  const series = counts(metrics['http_server_request_duration_seconds']);
  assert.equal(series.length, 50);
  const inHistograms = series.reduce((sum, [, value]) => sum + value, 0);
  const [[, routes]] = counts(metrics['http_logger_metrics_overflowing_routes']) as [[undefined, number]];
  const [[, others]] = counts(metrics['http_logger_metrics_overflowing_series']) as [[undefined, number]];
  assert.equal(routes, count - 20);
  assert.equal(inHistograms + others, count);
  assert.deepEqual(warnings, [
    'metrics have more than 20 routes (METRICS_MAX_ROUTES): others come under {other}',
    'metrics have more than 50 sets of method, status and route (METRICS_MAX_SERIES): others are only counted',
  ]);
});
