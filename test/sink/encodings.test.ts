import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SchemaName, schemas } from '../../src/record/schema/schemas.ts';
import { createEncodings } from '../../src/sink/encodings.ts';
import { createRecord } from '../support/record/create-record.ts';

const schemaNames = Object.keys(schemas) as SchemaName[];

for (const schema of schemaNames) {
  test(`an event in the ${schema} schema is its record with exactly one @timestamp, the first of its fields`, () => {
    const { toEvent, toJson, toSchema } = createEncodings(schema);
    const record = createRecord(1);
    const event = toEvent(record);
    assert.equal(event.match(/"@timestamp":/g)?.length, 1, event);
    const { '@timestamp': time, ...fields } = JSON.parse(event);
    assert.equal(Object.keys(JSON.parse(event))[0], '@timestamp');
    assert.equal(time, '2023-11-14T22:13:20.001000Z');
    const { '@timestamp': _, ...own } = JSON.parse(toJson(record));
    assert.deepEqual(fields, own);
    assert.deepEqual(JSON.parse(toJson(record)), JSON.parse(JSON.stringify(toSchema(record))));
  });
}

test('a record is made once for all sinks, and the next one anew', () => {
  const { toSchema } = createEncodings('flat');
  const record = createRecord(1);
  assert.equal(toSchema(record), toSchema(record));
  assert.notEqual(toSchema(createRecord(2)), toSchema(record));
});
