import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metricsPage } from '../../scripts/docs/metrics-page.ts';
import { makeRequestMetrics } from '../support/metrics/make-request-metrics.ts';
import { observedExchange } from '../support/metrics/observed-exchange.ts';
import { failedConnectionExample } from '../support/record/failed-connection-example.ts';

test('the page has the labels of metrics that have none before something happens', () => {
  const { requests, connects, metrics } = makeRequestMetrics();
  for (const direction of ['incoming', 'outgoing'] as const) {
    requests.observe(observedExchange(direction, 'GET', '/', 200));
    requests.observe(observedExchange(direction, 'GET', '/'));
    requests.observe({ ...observedExchange(direction, 'GET', '/', 200), late: true });
  }
  connects.observe(failedConnectionExample);
  const page = metricsPage();
  for (const { name, type, samples } of metrics()) {
    const labels = new Set([...samples].flatMap((sample) => Object.keys(sample.labels ?? {})));
    const shown = [...labels].map((label) => `\`${label}\``).join(', ');
    const ending = type === 'counter' ? '_total' : '';
    assert.ok(page.includes(`| \`${name}${ending}\` | ${type} | ${shown} |`), name);
  }
});
