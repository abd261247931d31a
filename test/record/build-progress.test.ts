import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createRecordBuilder } from '../../src/record/build.ts';
import { createProgressRecordBuilder } from '../../src/record/build-progress.ts';
import { failureOf } from '../../src/record/failure.ts';
import { formatPretty } from '../../src/record/pretty.ts';
import { createBulkEncoder } from '../../src/sink/elasticsearch/bulk-encoder.ts';
import { createEncodings } from '../../src/sink/encodings.ts';
import { exchangeOf, fullOptions, requestMessage, responseMessage } from '../support/record/exchanges.ts';
import { progressExample } from '../support/record/progress-example.ts';
import { toSchema } from '../support/record/to-schema.ts';

const buildExchange = createRecordBuilder({
  ...fullOptions,
  identity: { ...fullOptions.identity, labels: undefined },
});
const build = createProgressRecordBuilder(buildExchange);
const record = build(progressExample);

test('the example of an interim record in docs/records.md is what is written today', () => {
  const [, text = ''] = readFileSync('docs/records.md', 'utf8').split('`progress` is an interim record');
  const block = /```json\n([\s\S]*?)\n```/.exec(text)?.[1] ?? '';
  assert.equal(block, JSON.stringify(toSchema.flat(record), null, 2));
});

test('it is what the record of the exchange would say, redacted in the same way, without an outcome', () => {
  const { kind, part, outcome, endTime, durationMs, ...same } = record;
  const {
    kind: _,
    part: none,
    outcome: open,
    endTime: last,
    durationMs: soFar,
    ...expected
  } = buildExchange(progressExample.exchange);
  assert.deepEqual(same, expected);
  assert.deepEqual([kind, part, outcome], ['progress', 2, undefined]);
  assert.deepEqual([none, open], [undefined, 'unknown']);
  assert.equal(record.url, '/events?token=[redacted]');
  assert.equal(endTime, progressExample.time);
  assert.ok(endTime > last && (durationMs ?? 0) > (soFar ?? 0));
});

test('it lasts until now, also without a response, and at least to the last byte that was seen', () => {
  const { exchange, part, time } = progressExample;
  const waiting = build({ exchange: { ...exchange, response: undefined }, part, time });
  assert.deepEqual([waiting.durationMs, waiting.sendMs, waiting.waitMs], [120_000.5, 0.5, undefined]);
  const disordered = build({ exchange, part, time: 0 });
  assert.deepEqual([disordered.durationMs, disordered.receiveMs], [112_012.5, 112_000]);
});

test('its documents in Elasticsearch have ids of their own, at either end', () => {
  const { key } = createBulkEncoder('http', createEncodings('flat'));
  assert.ok(key?.(record).includes(`"_id":"${record.id}-part-2"`), key?.(record));
  const { exchange } = progressExample;
  const outgoing = build({
    ...progressExample,
    exchange: { ...exchange, endpoints: { ...exchange.endpoints, direction: 'outgoing' } },
    part: 17,
  });
  assert.ok(key?.(outgoing).includes(`"_id":"${record.id}-outgoing-part-17"`), key?.(outgoing));
});

test('it is no failure and no success in any schema, whatever its status', () => {
  const call = { kind: 'grpc', requestMessages: 1, responseMessages: 1 } as const;
  const end = { status: 13, message: undefined };
  const failing = [
    build({ ...progressExample, exchange: exchangeOf({ response: responseMessage({ status: 503 }) }) }),
    build({ ...progressExample, exchange: exchangeOf({ call: { ...call, end }, outcome: 'unknown' }) }),
  ];
  for (const each of [record, ...failing]) {
    assert.equal(failureOf(each), undefined);
    assert.equal(toSchema.otel(each)['error.type'], undefined);
    const ecs = JSON.stringify(toSchema.ecs(each));
    assert.match(ecs, /"outcome":"unknown"/);
    assert.doesNotMatch(ecs, /"web"|"access"/, 'nobody counts it as a request');
  }
});

test('a person reads that it is still open, for how long, and how much came', () => {
  assert.match(
    formatPretty(record, false),
    /^07:20:00\.123 ← 200 … {3}GET {5}shop\.example\/events +120 s +↑0 +↓4\.1k .* 10\.0\.0\.2:8080 still open \(2\)$/,
  );
  const request = requestMessage({ method: 'POST' }, { bodyBytes: 5_000_000 });
  const upload = build({ ...progressExample, exchange: exchangeOf({ request, response: undefined }) });
  assert.match(formatPretty(upload, false), / ← … {7}POST {4}\/ +120 s +↑5\.0M +↓\? .* still open \(2\)$/);
});
