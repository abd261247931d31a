import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createConnectRecordBuilder } from '../../src/record/build-connect.ts';
import { schemas } from '../../src/record/schema/schemas.ts';
import { createBulkEncoder } from '../../src/sink/elasticsearch/bulk-encoder.ts';
import { createEncodings } from '../../src/sink/encodings.ts';
import { fullOptions } from '../support/record/exchanges.ts';
import { failedConnectionExample } from '../support/record/failed-connection-example.ts';
import { toSchema } from '../support/record/to-schema.ts';

const build = createConnectRecordBuilder({
  identity: { ...fullOptions.identity, labels: undefined },
  nameOf: undefined,
});
const record = build(failedConnectionExample);

test('the example of a connection that never came up in docs/records.md is what is written today', () => {
  const [, text = ''] = readFileSync('docs/records.md', 'utf8').split('\n### kind\n');
  const block = /```json\n([\s\S]*?)\n```/.exec(text)?.[1] ?? '';
  assert.equal(block, JSON.stringify(toSchema.flat(record), null, 2));
});

test('no schema says that it is HTTP, and each says why it failed', () => {
  for (const outcome of ['refused', 'timeout'] as const) {
    const failed = build({ ...failedConnectionExample, outcome });
    const ecs = JSON.stringify(toSchema.ecs(failed));
    assert.ok(!/"(http|url)":|"protocol":"http"/.test(ecs), ecs);
    assert.ok(ecs.includes('"category":["network"],"type":["connection"]') && ecs.includes('"outcome":"failure"'), ecs);
    assert.ok(ecs.includes(`"exchange":{"kind":"connect","outcome":"${outcome}"`), ecs);
    const otel = toSchema.otel(failed);
    assert.deepEqual(
      Object.keys(otel).filter((name) => /^(http|url|network\.protocol)\./.test(name)),
      [],
    );
    assert.deepEqual([otel['error.type'], otel['exchange.kind'], otel['server.port']], [outcome, 'connect', 8080]);
  }
});

test('the schema of the predecessor has no words for it', () => {
  const without = Object.entries(schemas).filter(([, schema]) => 'onlyExchanges' in schema);
  assert.deepEqual(
    without.map(([name]) => name),
    ['legacy'],
  );
});

test('its document in Elasticsearch has an id of its own', () => {
  const { key } = createBulkEncoder('http', createEncodings('flat'));
  assert.ok(key?.(record).includes('"_id":"0a000001c738-0123abcd-x-outgoing"'), key?.(record));
});

test('names and addresses are those of its ends, and its times are in order', () => {
  const named = createConnectRecordBuilder({ ...fullOptions, nameOf: (ip) => `name of ${ip}` })(
    failedConnectionExample,
  );
  assert.deepEqual([named.clientName, named.serverName], ['name of 10.0.0.1', 'name of 10.0.0.2']);
  assert.equal(named.durationMs, 1.5);
});
