// The most that clients and servers can make of the metrics, with the limits of the defaults.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderMetrics } from '../../src/metrics/rendering.ts';
import { makeRequestMetrics } from '../support/metrics/make-request-metrics.ts';
import { observedExchange, outgoing } from '../support/metrics/observed-exchange.ts';
import { parseOpenMetrics } from '../support/metrics/parse-open-metrics.ts';
import { usedHeap } from '../support/program/used-heap.ts';
import { headerFields } from '../support/record/exchanges.ts';
import { failedConnectionExample } from '../support/record/failed-connection-example.ts';

const [maxRoutes, maxPeers, maxSeries] = [100, 50, 1000];
/** Of a histogram: 15 buckets, sum and count. Of a route: requests, and one for each kind of failure. */
const [linesOfHistogram, linesOfGroup] = [17, 6];
const methods = ['GET', 'PUT', 'POST', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS', 'BREW'];
const statuses = [undefined, 200, 201, 204, 302, 401, 403, 500, 502, 503];

/** What the metrics may keep in memory. */
const mostBytes = 8_000_000;

test('the number of series has a limit, and all that cannot be told apart is still counted', async () => {
  const made = makeRequestMetrics({ maxRoutes, maxPeers, maxSeries });
  let observed = 0;
  const before = usedHeap();
  for (let route = 0; route < 100; route++) {
    for (const [index, method] of methods.entries()) {
      for (const status of statuses) {
        const target = `/${'api'.repeat(10)}/${'x'.repeat(1 + (route % 30))}/v${route}`;
        const peer = observed % 70;
        const asked = outgoing(`${'name-'.repeat(10)}${peer}`, `10.0.0.${peer}`, status, target);
        const { request } = asked;
        const headers = headerFields([
          ['host', `${'name-'.repeat(10)}${peer}`],
          ['traceparent', `00-${'4bf92f35'.repeat(4)}-00f067aa0ba902b7-01`],
        ]);
        made.requests.observe({
          ...asked,
          request: request && { ...request, head: { ...request.head, method, headers } },
        });
        made.requests.observe(observedExchange('incoming', method, target, status, 10 ** ((index % 5) - 3)));
        observed++;
      }
    }
    const { endpoints } = failedConnectionExample;
    made.connects.observe({ ...failedConnectionExample, endpoints: { ...endpoints, serverIp: `10.0.1.${route}` } });
  }
  const held = usedHeap() - before;
  assert.ok(held < mostBytes, `${held} bytes are in use`);
  const text = Buffer.concat(await renderMetrics(made.metrics(), { format: 'openmetrics', turn: async () => {} }));
  const samples = parseOpenMetrics(text.toString());
  const constant = 2 + 8 + 12 + 2 * 10 * 5 + 3 + 2 * (maxPeers + 1);
  assert.ok(samples.length <= 2 * maxSeries * (linesOfHistogram + linesOfGroup) + constant, `${samples.length} series`);
  assert.ok(samples.length > 2 * 0.8 * maxSeries * linesOfHistogram, `${samples.length} series`);
  assert.ok(text.length < 2 * maxSeries * 8000, `${text.length} bytes`);
  const sum = (name: string) =>
    samples.filter((sample) => sample.name === name).reduce((all, { value }) => all + value, 0);
  assert.equal(sum('http_logger_requests_total'), 2 * observed);
  assert.equal(sum('http_logger_requests_failed_total'), (2 * observed * 4) / statuses.length);
  assert.equal(sum('http_logger_failed_connections_total'), 100);
  assert.equal(sum('http_logger_route_requests_total'), 2 * observed);
  // Errors are seen when all places are taken.
  assert.equal(sum('http_logger_route_requests_failed_total'), (2 * observed * 4) / statuses.length);
});
