import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MetricsEndpoint } from '../../src/metrics/metrics-endpoint.ts';
import { renderMetrics } from '../../src/metrics/rendering.ts';
import { OwnTraffic } from '../../src/sink/own-traffic.ts';
import { createCounters } from '../../src/telemetry/counters.ts';
import { observedExchange } from '../support/metrics/observed-exchange.ts';

/** As many series as the defaults allow, in both directions. */
function fullEndpoint(): MetricsEndpoint {
  const endpoint = new MetricsEndpoint(
    { port: 0, host: undefined, limits: { maxRoutes: 100, maxPeers: 50, maxSeries: 1000 } },
    {
      version: '',
      counters: createCounters(),
      sinks: [],
      gauges: () => ({ openConnections: 0, openRequests: 0, bufferedBytes: 0 }),
      unready: () => undefined,
      warn: () => {},
      ownTraffic: new OwnTraffic(),
    },
  );
  for (const direction of ['incoming', 'outgoing'] as const) {
    for (let status = 200; status < 300; status++) {
      for (let route = 0; route < 100; route++) {
        endpoint.observe(observedExchange(direction, 'GET', `/api/${'x'.repeat(1 + (route % 30))}/v${route}`, status));
      }
    }
  }
  return endpoint;
}

/** The numbers of every line, by what stands before them. */
function values(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

test('a full rendering gives the event loop its turn again and again, and its numbers fit together', async () => {
  const endpoint = fullEndpoint();
  let turns = 0;
  // What a capture does meanwhile.
  const turn = async () => {
    turns++;
    endpoint.observe(observedExchange('outgoing', 'GET', '/api/x/v0', 200));
  };
  const render = async () => {
    const rendering = await renderMetrics(endpoint.metrics(), { format: 'prometheus', turn });
    for (const { length } of rendering) assert.ok(length < 200_000, `${length} bytes at a stretch`);
    return values(Buffer.concat(rendering).toString());
  };
  const previous = await render();
  assert.ok(previous.size > 30_000, `${previous.size} lines`);
  assert.ok(turns >= previous.size / 1000, `${turns} turns for ${previous.size} lines`);
  const next = await render();
  for (const [line, value] of next) {
    if (/^(?:process|nodejs)/.test(line)) continue;
    assert.ok(value >= (previous.get(line) ?? 0), line);
    if (!line.includes('_count{')) continue;
    assert.equal(next.get(line.replace('_count{', '_bucket{').replace(/\}$/, ',le="+Inf"}')), value, line);
  }
});

test('the turns of a rendering are given to whatever else is due', async () => {
  const samples = Array.from({ length: 5000 }, (_, value) => ({ value }));
  const metrics = [{ name: 'a', type: 'gauge', help: '', samples }] as const;
  let others = 0;
  let isOver = false;
  const work = () => {
    if (isOver) return;
    others++;
    setImmediate(work);
  };
  setImmediate(work);
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  await renderMetrics(metrics, { format: 'prometheus', turn });
  isOver = true;
  assert.ok(others >= 9, `${others} others had their turn`);
});
