import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createRecordBuilder } from '../../src/record/build.ts';
import { createSessionRecordBuilder } from '../../src/record/build-session.ts';
import { failureOf } from '../../src/record/failure.ts';
import { formatPretty } from '../../src/record/pretty.ts';
import { createBulkEncoder } from '../../src/sink/elasticsearch/bulk-encoder.ts';
import { createEncodings } from '../../src/sink/encodings.ts';
import { fullOptions } from '../support/record/exchanges.ts';
import { sessionExample } from '../support/record/session-example.ts';
import { toSchema } from '../support/record/to-schema.ts';

const buildExchange = createRecordBuilder({
  ...fullOptions,
  identity: { ...fullOptions.identity, labels: undefined },
});
const build = createSessionRecordBuilder(buildExchange);
const record = build(sessionExample);

test('the example of a session in docs/records.md is what is written today', () => {
  const [, text = ''] = readFileSync('docs/records.md', 'utf8').split('`session` is the end');
  const block = /```json\n([\s\S]*?)\n```/.exec(text)?.[1] ?? '';
  assert.equal(block, JSON.stringify(toSchema.flat(record), null, 2));
});

test('it has the id and the redacted target of its handshake, and none of its headers and sizes', () => {
  const handshake = buildExchange(sessionExample.handshake);
  assert.equal(record.id, handshake.id);
  assert.deepEqual([record.url, record.method, record.status], ['/chat?token=[redacted]', 'GET', 101]);
  assert.ok(handshake.requestHeaders !== undefined);
  const { requestHeaders, responseHeaders, requestBytes, sendMs, connectMs } = record;
  assert.deepEqual([requestHeaders, responseHeaders, requestBytes, sendMs, connectMs], new Array(5).fill(undefined));
});

test('its document in Elasticsearch has an id of its own', () => {
  const { key } = createBulkEncoder('http', createEncodings('flat'));
  assert.ok(key?.(record).includes(`"_id":"${record.id}-session"`), key?.(record));
});

test('its ordinary end is no failure in any schema, a reset is one', () => {
  const reset = build({ ...sessionExample, outcome: 'reset' });
  assert.deepEqual([record, reset].map(failureOf), [undefined, 'reset']);
  assert.deepEqual(
    [record, reset].map((each) => toSchema.otel(each)['error.type']),
    [undefined, 'reset'],
  );
  const outcomes = [record, reset].map(
    (each) => /"outcome":"(success|failure)"/.exec(JSON.stringify(toSchema.ecs(each)))?.[1],
  );
  assert.deepEqual(outcomes, ['success', 'failure']);
});

test('what was not captured is said, and a tunnel names no compression', () => {
  const lossy = build({ ...sessionExample, gapBytes: 7, agreement: { upgrade: 'tcp', extensions: ['x-deflate'] } });
  assert.deepEqual([lossy.incomplete, lossy.gapBytes, lossy.session?.compression], [true, 7, undefined]);
  assert.deepEqual([record.incomplete, record.gapBytes], [false, undefined]);
});

test('a person reads how it ended, where it went and how much was said', () => {
  const line = formatPretty(record, false);
  assert.match(line, / ← closed {2}session shop\.example\/chat +62\.00 s +↑340 +↓5\.1k /);
});
