import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJsonEncoder } from '../../../src/record/schema/json-encoder.ts';
import { schemas } from '../../../src/record/schema/schemas.ts';
import { withTimestamp } from '../../../src/record/schema/with-timestamp.ts';
import { exampleRecord } from '../../support/record/example.ts';

test('every schema has its time in @timestamp, in front of everything else', () => {
  for (const [name, schema] of Object.entries(schemas)) {
    const json = createJsonEncoder(withTimestamp(schema))(exampleRecord);
    assert.ok(json.startsWith('{"@timestamp":"2024-05-06T07:20:00.123456Z",'), name);
    assert.equal(json.split('"@timestamp"').length, 2, name);
  }
});

test('nothing else changes', () => {
  const json = createJsonEncoder(schemas.legacy)(exampleRecord);
  const more = createJsonEncoder(withTimestamp(schemas.legacy))(exampleRecord);
  assert.equal(more, json.replace('{', '{"@timestamp":"2024-05-06T07:20:00.123456Z",'));
  assert.equal(withTimestamp(schemas.otel), schemas.otel);
});
