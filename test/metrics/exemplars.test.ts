import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { renderMetrics } from '../../src/metrics/rendering.ts';
import { makeRequestMetrics } from '../support/metrics/make-request-metrics.ts';
import { observedExchange } from '../support/metrics/observed-exchange.ts';
import { parseOpenMetrics } from '../support/metrics/parse-open-metrics.ts';
import { type Fields, headerFields } from '../support/record/exchanges.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const recorded = `00-${traceId}-${spanId}-01`;
const start = 1_700_000_000_000_000;

/** An incoming request with these header fields, some seconds after the first one. */
function traced(
  headers: Fields,
  { status, took = 0.02, after = 0 }: { status?: number; took?: number; after?: number },
) {
  const made = observedExchange('incoming', 'GET', '/a', status, took);
  const { request, response } = made;
  const times = { firstByteTime: start + after * 1e6, lastByteTime: start + after * 1e6 };
  return {
    ...made,
    request: request && { ...request, ...times, head: { ...request.head, headers: headerFields(headers) } },
    response: response && { ...response, lastByteTime: times.firstByteTime + took * 1e6 },
  };
}

async function textOf(
  made: ReturnType<typeof makeRequestMetrics>,
  format: 'openmetrics' | 'prometheus',
): Promise<string> {
  return Buffer.concat(await renderMetrics(made.metrics(), { format, turn: async () => {} })).toString();
}

/** Where there are exemplars, with their traces. */
async function exemplarsOf(made: ReturnType<typeof makeRequestMetrics>) {
  return parseOpenMetrics(await textOf(made, 'openmetrics')).flatMap(({ name, labels, exemplar }) =>
    exemplar === undefined ? [] : [{ name, le: labels['le'], ...exemplar, labels: exemplar.labels }],
  );
}

test('a bucket shows the trace of one of its requests, with its duration and the moment of capture', async () => {
  const made = makeRequestMetrics();
  made.requests.observe(traced([['traceparent', recorded]], { status: 200, took: 0.3 }));
  assert.deepEqual(await exemplarsOf(made), [
    {
      name: 'http_server_request_duration_seconds_bucket',
      le: '0.5',
      labels: { trace_id: traceId },
      value: 0.3,
      time: 1_700_000_000.3,
    },
  ]);
});

test('a failure shows its trace, also where there is no duration', async () => {
  const made = makeRequestMetrics();
  made.requests.observe(traced([['traceparent', recorded]], {}));
  const exemplars = await exemplarsOf(made);
  assert.deepEqual(
    exemplars.map(({ name, value }) => [name, value]),
    [
      ['http_logger_requests_failed_total', 1],
      ['http_logger_route_requests_failed_total', 1],
    ],
  );
  for (const { labels } of exemplars) assert.deepEqual(labels, { trace_id: traceId });
});

const sources: { readonly [title: string]: { readonly headers: Fields; readonly shown: string | undefined } } = {
  'W3C, recorded': { headers: [['traceparent', recorded]], shown: traceId },
  'W3C, not recorded': { headers: [['traceparent', recorded.replace(/1$/, '0')]], shown: undefined },
  'W3C, other flags': { headers: [['traceparent', recorded.replace(/01$/, '02')]], shown: undefined },
  'B3, recorded': { headers: [['b3', `${traceId}-${spanId}-1`]], shown: traceId },
  'B3, undecided': { headers: [['b3', `${traceId}-${spanId}`]], shown: traceId },
  'B3, not recorded': { headers: [['b3', `${traceId}-${spanId}-0`]], shown: undefined },
  'B3 in several fields': {
    headers: [
      ['x-b3-traceid', traceId],
      ['x-b3-spanid', spanId],
    ],
    shown: traceId,
  },
  'B3 in several fields, not recorded': {
    headers: [
      ['x-b3-traceid', traceId],
      ['x-b3-spanid', spanId],
      ['x-b3-sampled', '0'],
    ],
    shown: undefined,
  },
  'no trace': { headers: [], shown: undefined },
  'no valid trace': { headers: [['traceparent', `00-"}\n-${spanId}-01`]], shown: undefined },
};

for (const [title, { headers, shown }] of Object.entries(sources)) {
  test(`exemplars of requests with ${title}`, async () => {
    const made = makeRequestMetrics();
    made.requests.observe(traced(headers, { status: 200 }));
    assert.deepEqual(
      (await exemplarsOf(made)).map(({ labels }) => labels['trace_id']),
      shown === undefined ? [] : [shown],
    );
  });
}

test('an exemplar stays for a second, and then gives way to a later one', async () => {
  const made = makeRequestMetrics();
  const other = (digit: string) => [['traceparent', `00-${digit.repeat(32)}-${spanId}-01`]] as const;
  const shown = async () => (await exemplarsOf(made)).map(({ labels }) => labels['trace_id']?.charAt(0));
  made.requests.observe(traced(other('1'), { status: 200 }));
  made.requests.observe(traced(other('2'), { status: 200, after: 0.9 }));
  assert.deepEqual(await shown(), ['1']);
  made.requests.observe(traced(other('3'), { status: 200, after: 1.1 }));
  assert.deepEqual(await shown(), ['3']);
});

test('a late answer is an example of its duration, not of a failure', async () => {
  const made = makeRequestMetrics();
  made.requests.observe({ ...traced([['traceparent', recorded]], { status: 503, took: 13 }), late: true });
  assert.deepEqual(
    (await exemplarsOf(made)).map(({ name }) => name),
    ['http_server_request_duration_seconds_bucket'],
  );
});

test('the older format has no exemplars, and is otherwise the same', async () => {
  const made = makeRequestMetrics();
  for (const headers of [[], [['traceparent', recorded]]] as readonly Fields[]) {
    for (const status of [200, 503]) made.requests.observe(traced(headers, { status }));
  }
  const open = await textOf(made, 'openmetrics');
  const plain = await textOf(made, 'prometheus');
  const samplesIn = (text: string) => text.split('\n').filter((line) => !line.startsWith('#'));
  assert.ok(open.includes(' # {trace_id='));
  assert.ok(!plain.includes('trace_id'));
  assert.deepEqual(
    samplesIn(open).map((line) => line.replace(/ # .*/, '')),
    samplesIn(plain),
  );
});

const skip = spawnSync('promtool', ['--version']).error === undefined ? false : 'not installed: promtool (prometheus)';

test('promtool finds nothing to say about the older format', { skip }, async () => {
  const made = makeRequestMetrics();
  for (const status of [200, 503]) made.requests.observe(traced([['traceparent', recorded]], { status }));
  const checked = spawnSync('promtool', ['check', 'metrics'], {
    input: await textOf(made, 'prometheus'),
    encoding: 'utf8',
  });
  assert.equal(`${checked.stdout}${checked.stderr}`, '');
});
