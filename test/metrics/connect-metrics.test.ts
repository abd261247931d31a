import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectMetrics } from '../../src/metrics/connect-metrics.ts';
import { failedConnectionExample } from '../support/record/failed-connection-example.ts';

function to(serverIp: string, outcome: 'refused' | 'timeout' = 'refused') {
  const { endpoints } = failedConnectionExample;
  return { ...failedConnectionExample, outcome, endpoints: { ...endpoints, serverIp } };
}

test('connections that never came up are counted by server and outcome', () => {
  const metrics = new ConnectMetrics();
  for (const failed of [to('10.0.0.2'), to('10.0.0.2', 'timeout'), to('10.0.0.2'), to('2001:db8::1')]) {
    metrics.observe(failed);
  }
  assert.deepEqual(
    [...metrics.metric().samples],
    [
      { labels: { server: '10.0.0.2:8080', outcome: 'refused' }, value: 2 },
      { labels: { server: '10.0.0.2:8080', outcome: 'timeout' }, value: 1 },
      { labels: { server: '[2001:db8::1]:8080', outcome: 'refused' }, value: 1 },
    ],
  );
});

test('a scan of many servers takes a hundred places, and the others are counted together', () => {
  const metrics = new ConnectMetrics();
  for (let server = 0; server < 1000; server++) metrics.observe(to(`10.0.${server >> 8}.${server & 255}`));
  metrics.observe(to('10.0.0.5'));
  const samples = [...metrics.metric().samples];
  assert.equal(samples.length, 101);
  assert.deepEqual(samples.at(-1), { labels: { server: '{other}', outcome: 'refused' }, value: 900 });
  assert.equal(samples[5]?.value, 2);
});
