import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Labels, Metric } from '../../src/metrics/metric.ts';
import type { RequestMetrics } from '../../src/metrics/request-metrics.ts';
import { makeRequestMetrics } from '../support/metrics/make-request-metrics.ts';
import { observedExchange as exchange } from '../support/metrics/observed-exchange.ts';
import { notZero, valuesOf } from '../support/metrics/values-of.ts';
import { responseMessage } from '../support/record/exchanges.ts';

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
  const { requests } = makeRequestMetrics({ maxRoutes: 10, maxSeries: 10 });
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
  assert.deepEqual(counts(metrics['http_client_request_duration_seconds']), [
    [{ ...labels('CONNECT', '200', '{other}'), server_address: 'db' }, 1],
  ]);
  const bucket = (bound: string) => [...(server?.samples ?? [])].find((sample) => sample.bound === bound)?.value;
  assert.deepEqual([bucket('0.01'), bucket('0.025'), bucket('10.0'), bucket('+Inf')], [0, 1, 1, 2]);
});

test('a request without a response is in no histogram, but counted by its outcome', () => {
  const { requests } = makeRequestMetrics({ maxRoutes: 10, maxSeries: 10 });
  for (let time = 0; time < 3; time++) requests.observe(exchange('outgoing', 'GET', '/'));
  const metrics = metricsOf(requests);
  assert.deepEqual(counts(metrics['http_client_request_duration_seconds']), []);
  assert.deepEqual(valuesOf(requests.metrics(), 'http_logger_unanswered_requests'), {
    'outgoing GET timeout': 3,
    'outgoing GET reset': 0,
    'outgoing GET closed': 0,
    'outgoing GET unknown': 0,
  });
});

test('an exchange with a late answer counts once, and has its duration in the histogram', () => {
  const { requests } = makeRequestMetrics({ maxRoutes: 10, maxSeries: 10 });
  for (const status of [200, 503, 503, 999]) {
    requests.observe(exchange('incoming', 'GET', '/report'));
    requests.observe({ ...exchange('incoming', 'GET', '/report', status, 13), late: true });
  }
  requests.observe(exchange('incoming', 'GET', '/report', 200));
  const metrics = metricsOf(requests);
  const route = '/report';
  assert.deepEqual(counts(metrics['http_server_request_duration_seconds']), [
    [labels('GET', '200', route), 2],
    [labels('GET', '503', route), 2],
    [labels('GET', '999', route), 1],
  ]);
  const values = (name: string) => valuesOf(requests.metrics(), name);
  assert.equal(values('http_logger_unanswered_requests')['incoming GET timeout'], 4);
  assert.deepEqual(values('http_logger_requests'), { incoming: 5, outgoing: 0 });
  assert.deepEqual(values('http_logger_route_requests'), { 'incoming GET /report': 5 });
  assert.deepEqual(notZero(values('http_logger_requests_failed')), { 'incoming timeout': 4 });
  assert.deepEqual(notZero(values('http_logger_route_requests_failed')), { 'incoming GET /report timeout': 4 });
  assert.deepEqual(notZero(values('http_logger_requests_answered_late')), {
    'incoming 2xx': 1,
    'incoming 5xx': 2,
    'incoming other': 1,
  });
});

test('very many different paths make no more series than allowed, and none of their requests is forgotten', () => {
  const warnings: string[] = [];
  const { requests } = makeRequestMetrics({ maxRoutes: 20, maxSeries: 50 }, (sentence) => warnings.push(sentence));
  const word = (index: number) => index.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '');
  const count = 100_000;
  for (let index = 0; index < count; index++) {
    requests.observe(exchange('incoming', 'GET', `/${word(index)}/${word(index * 7)}`, 200 + (index % 100)));
  }
  const metrics = metricsOf(requests);
  const series = counts(metrics['http_server_request_duration_seconds']);
  assert.equal(series.length, 50);
  const inHistograms = series.reduce((sum, [, value]) => sum + value, 0);
  const [[, routes]] = counts(metrics['http_logger_metrics_overflowing_routes']) as [[undefined, number]];
  const [[, others]] = counts(metrics['http_logger_metrics_overflowing_series']) as [[undefined, number]];
  // Half of the places are for routes that are asked for again and again.
  assert.equal(routes, count - 10);
  assert.equal(inHistograms + others, count);
  assert.deepEqual(valuesOf(requests.metrics(), 'http_logger_requests'), { incoming: count, outgoing: 0 });
  assert.deepEqual(warnings.toSorted(), [
    'there are too many routes for METRICS_MAX_ROUTES=20: some come under {other}',
    'there are too many sets of method, status and route for METRICS_MAX_SERIES=50: some come under {other}',
  ]);
});

/** Requests by route, whatever their status. */
function routesOf(requests: RequestMetrics): { readonly [route: string]: number } {
  const routes: { [route: string]: number } = {};
  for (const [labels, count] of counts(metricsOf(requests)['http_server_request_duration_seconds'])) {
    const route = labels?.['http_route'] ?? '';
    routes[route] = (routes[route] ?? 0) + count;
  }
  return routes;
}

/** What a scanner's list of paths looks like: words, none of them an id. */
function guess(index: number): string {
  return `/${index.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')}/admin.php`;
}

const refusing = [404, 400, 405, 414, 421, 431, 501];
const alike = [200, 301, 302, 401, 403, 500, 503];

for (const status of refusing) {
  test(`a scanner that is answered ${status} takes no route away, and counts under {other}`, () => {
    const { requests } = makeRequestMetrics({ maxRoutes: 10, maxSeries: 1000 }, assert.fail);
    for (let index = 0; index < 5000; index++) requests.observe(exchange('incoming', 'GET', guess(index), status));
    for (let index = 0; index < 5; index++) requests.observe(exchange('incoming', 'GET', `/real${index}`, 200));
    requests.observe(exchange('incoming', 'GET', '/real0', status));
    const metrics = metricsOf(requests);
    const real = { '/real0': 2, '/real1': 1, '/real2': 1, '/real3': 1, '/real4': 1 };
    assert.deepEqual(routesOf(requests), { '{other}': 5000, ...real });
    assert.deepEqual(counts(metrics['http_logger_metrics_overflowing_routes']), [[undefined, 0]]);
  });
}

for (const status of alike) {
  test(`a scanner that is answered ${status} whatever it asks for leaves places to routes that are used`, () => {
    const { requests } = makeRequestMetrics({ maxRoutes: 20, maxSeries: 1000 });
    let guesses = 0;
    // The same list over and over.
    const scan = () => requests.observe(exchange('incoming', 'GET', guess(guesses++ % 3000), status));
    for (let count = 0; count < 5000; count++) scan();
    for (let round = 0; round < 30; round++) {
      for (let index = 0; index < 10; index++) requests.observe(exchange('incoming', 'GET', `/real${index}`, 200));
      for (let count = 0; count < 100; count++) scan();
    }
    const routes = routesOf(requests);
    for (let index = 0; index < 10; index++) assert.equal(routes[`/real${index}`], 26, `/real${index}`);
    assert.equal(
      Object.values(routes).reduce((sum, count) => sum + count),
      guesses + 300,
    );
  });
}

test('a route keeps its place, and its 404s, whatever comes later', () => {
  const { requests } = makeRequestMetrics({ maxRoutes: 2, maxSeries: 1000 });
  requests.observe(exchange('incoming', 'GET', '/orders/1', 200));
  for (let index = 0; index < 5000; index++) requests.observe(exchange('incoming', 'GET', guess(index % 500), 200));
  requests.observe(exchange('incoming', 'GET', '/orders/2', 404));
  assert.equal(routesOf(requests)['/orders/{id}'], 2);
});

test('when every series is taken, errors are still seen, under {other}', () => {
  const { requests } = makeRequestMetrics({ maxRoutes: 100, maxSeries: 100 });
  for (const method of ['GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'BREW']) {
    for (let index = 0; index < 40; index++) requests.observe(exchange('incoming', method, `/real${index}`, 200));
  }
  requests.observe(exchange('incoming', 'GET', '/real0', 500));
  const series = counts(metricsOf(requests)['http_server_request_duration_seconds']);
  assert.deepEqual(
    series.filter(([labels]) => labels?.['http_response_status_code'] === '500'),
    [[labels('GET', '500', '{other}'), 1]],
  );
  assert.ok(series.length <= 100);
  assert.equal(
    series.reduce((sum, [, value]) => sum + value, 0),
    321,
  );
});

test('targets that have no path take no place', () => {
  const { requests } = makeRequestMetrics({ maxRoutes: 1, maxSeries: 10 }, assert.fail);
  requests.observe(exchange('incoming', 'CONNECT', 'db:5432', 200));
  requests.observe(exchange('incoming', 'GET', 'nonsense', 200));
  requests.observe(exchange('incoming', 'GET', '/real', 200));
  assert.deepEqual(routesOf(requests), { '{other}': 2, '/real': 1 });
});

test('an answer whose status could not be read is counted without a status', () => {
  const { requests } = makeRequestMetrics({ maxRoutes: 10, maxSeries: 10 });
  const answered = exchange('incoming', 'GET', '/a', 200);
  requests.observe({ ...answered, response: responseMessage({ status: undefined }) });
  const metrics = metricsOf(requests);
  const expected = [[{ http_request_method: 'GET', http_route: '/a' }, 1]];
  assert.deepEqual(counts(metrics['http_server_request_duration_seconds']), expected);
  assert.deepEqual(notZero(valuesOf(requests.metrics(), 'http_logger_unanswered_requests')), {});
  assert.deepEqual(notZero(valuesOf(requests.metrics(), 'http_logger_requests_failed')), {});
});
