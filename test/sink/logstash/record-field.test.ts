import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordAsEvent, recordInField } from '../../../src/sink/logstash/record-field.ts';

const event = (document: string) => recordInField('http_log').event(Buffer.from(document)).toString();

test('a record is put into its field, and its time stays outside', () => {
  const cases: readonly (readonly [document: string, event: string])[] = [
    ['{"@timestamp":"T","a":1}', '{"@timestamp":"T","http_log":{"a":1}}'],
    ['{"@timestamp":"T","a":{"b":"}"}}', '{"@timestamp":"T","http_log":{"a":{"b":"}"}}}'],
    ['{"a":1,"@timestamp":"T"}', '{"http_log":{"a":1,"@timestamp":"T"}}'],
    ['{"@timestamp":"T"}', '{"http_log":{"@timestamp":"T"}}'],
    ['{"a":1}', '{"http_log":{"a":1}}'],
    ['{}', '{"http_log":{}}'],
    ['{"@timestamp":"T","ü":"😀"}', '{"@timestamp":"T","http_log":{"ü":"😀"}}'],
  ];
  const { addedBytes } = recordInField('http_log');
  for (const [document, expected] of cases) {
    assert.equal(event(document), expected);
    assert.equal(Buffer.byteLength(expected), Buffer.byteLength(document) + addedBytes);
  }
});

test('without a field a document is an event', () => {
  const document = Buffer.from('{"@timestamp":"T","a":1}');
  assert.equal(recordAsEvent.event(document), document);
});
