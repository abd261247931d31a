// A real Prometheus reads what the logger serves: exemplars, and the rules on it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { MetricsEndpoint } from '../../src/metrics/metrics-endpoint.ts';
import { OwnTraffic } from '../../src/sink/own-traffic.ts';
import { createCounters } from '../../src/telemetry/counters.ts';
import { observedExchange } from '../support/metrics/observed-exchange.ts';
import { ownPort } from '../support/program/own-port.ts';
import { startProgram } from '../support/program/start-program.ts';
import { headerFields } from '../support/record/exchanges.ts';

const skip = spawnSync('prometheus', ['--version']).error === undefined ? false : 'not installed: prometheus';
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

/** A request of this moment that belongs to a trace; without a status nobody answers. */
function traced(status?: number) {
  const made = observedExchange('incoming', 'POST', '/payments', status);
  const headers = headerFields([['traceparent', `00-${traceId}-00f067aa0ba902b7-01`]]);
  const now = Date.now() * 1000;
  return {
    ...made,
    request: made.request && {
      ...made.request,
      ...{ firstByteTime: now - 20_000, lastByteTime: now },
      head: { ...made.request.head, headers },
    },
    response: made.response && { ...made.response, lastByteTime: now },
  };
}

async function listeningMetrics(
  t: TestContext,
): Promise<{ readonly endpoint: MetricsEndpoint; readonly port: number }> {
  const endpoint = new MetricsEndpoint(
    { port: 0, host: '127.0.0.1', limits: { maxRoutes: 10, maxPeers: 10, maxSeries: 100 } },
    {
      version: '1',
      counters: createCounters(),
      sinks: [],
      gauges: () => ({ openConnections: 0, openRequests: 0, bufferedBytes: 0 }),
      unready: () => undefined,
      warn: assert.fail,
      ownTraffic: new OwnTraffic(),
    },
  );
  const port = await endpoint.listen();
  t.after(() => endpoint.close());
  return { endpoint, port: typeof port === 'number' ? port : assert.fail(port) };
}

async function startPrometheus(t: TestContext, target: number): Promise<(path: string) => Promise<unknown>> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(process.cwd(), 'deploy/monitoring/prometheus-rules.yaml')],
    scrape_configs: [{ job_name: 'logger', static_configs: [{ targets: [`127.0.0.1:${target}`] }] }],
  };
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const port = await ownPort();
  const words = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`];
  const child = startProgram(
    'prometheus',
    [...words, `--web.listen-address=127.0.0.1:${port}`, '--enable-feature=exemplar-storage', '--log.level=warn'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = new Promise((resolve) => child.once('close', resolve));
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return async (path) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`).catch(() => undefined);
    if (answer?.status !== 200) return undefined;
    return ((await answer.json()) as { data: unknown }).data;
  };
}

/** Asks until there is an answer that will do. */
async function until<Answer>(ask: () => Promise<unknown>, isGood: (answer: Answer) => boolean): Promise<Answer> {
  for (;;) {
    const answer = (await ask()) as Answer | undefined;
    if (answer !== undefined && isGood(answer)) return answer;
    await delay(100);
  }
}

type Found = readonly {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: string }[];
}[];
type Rules = {
  readonly groups: readonly {
    readonly interval: number;
    readonly rules: readonly { readonly health: string; readonly name: string }[];
  }[];
};
type Result = { readonly result: readonly { readonly value: readonly [number, string] }[] };

test('Prometheus finds the trace of a slow and of a failed request, and its rules work', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const { endpoint, port } = await listeningMetrics(t);
  endpoint.observe(traced(200));
  const ask = await startPrometheus(t, port);
  const seen = (metric: string) => () => ask(`query?query=${encodeURIComponent(metric)}`);
  await until<Result>(
    seen('http_logger_route_requests_failed_total{error_type="timeout"} == 0'),
    ({ result }) => result.length === 1,
  );
  endpoint.observe(traced());
  await until<Result>(
    seen('increase(http_logger_route_requests_failed_total{error_type="timeout"}[1m]) > 0'),
    ({ result }) => result.length === 1,
  );

  const start = Date.now() / 1000 - 600;
  for (const [metric, value] of [
    ['http_server_request_duration_seconds_bucket', '0.02'],
    ['http_logger_requests_failed_total', '1'],
    ['http_logger_route_requests_failed_total', '1'],
  ] as const) {
    const path = `query_exemplars?query=${metric}&start=${start}&end=${start + 3600}`;
    const [found] = await until<Found>(
      () => ask(path),
      ({ length }) => length > 0,
    );
    const exemplars = found?.exemplars.map((exemplar) => [exemplar.labels['trace_id'], exemplar.value]);
    assert.deepEqual(exemplars?.[0], [traceId, value], metric);
  }
  // Those that are looked at every two minutes are not waited for: promtool tests them.
  const soon = ({ groups }: Rules) => groups.filter(({ interval }) => interval < 10).flatMap(({ rules }) => rules);
  const rules = await until<Rules>(
    () => ask('rules'),
    (answer) => soon(answer).every(({ health }) => health !== 'unknown'),
  );
  assert.deepEqual(
    soon(rules).filter(({ health }) => health !== 'ok'),
    [],
  );
  assert.ok(soon(rules).length > 20);
});
