import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoggedHeaders } from '../../../src/record/headers/logged-headers.ts';
import { createJsonEncoder } from '../../../src/record/schema/json-encoder.ts';
import { createObjectEncoder } from '../../../src/record/schema/object-encoder.ts';
import { schemas } from '../../../src/record/schema/schemas.ts';
import { withNamedObjects } from '../../../src/record/schema/with-named-objects.ts';
import { createRecord } from '../../support/record/create-record.ts';
import { exampleRecord } from '../../support/record/example.ts';

const otel = withNamedObjects(schemas.otel);

test('the headers of a message are one object of lists, and the labels one object', () => {
  const object = createObjectEncoder(otel)(exampleRecord);
  assert.deepEqual(object['k8s.pod.label'], { app: 'shop', 'app_kubernetes_io/version': '2.14.0' });
  assert.deepEqual(Object.entries(object['http.response.header'] as object), [
    ['content-type', ['application/json; charset=utf-8']],
    ['set-cookie', ['[redacted]', '[redacted]']],
  ]);
  assert.equal(createJsonEncoder(otel)(exampleRecord), JSON.stringify(object));
});

test('names that objects inherit are names like any other, and no header at all is no object', () => {
  const requestHeaders = LoggedHeaders.of({ ['__proto__']: 'a', constructor: 'b', 'a.b': 'c' });
  const json = createJsonEncoder(otel)(createRecord(1, { requestHeaders, responseHeaders: LoggedHeaders.of({}) }));
  assert.ok(json.includes('"http.request.header":{"__proto__":["a"],"constructor":["b"],"a.b":["c"]}'), json);
  assert.ok(!json.includes('http.response.header'), json);
});

test('the other schemas have such objects anyway', () => {
  for (const name of ['flat', 'ecs', 'legacy'] as const) {
    const schema = schemas[name];
    assert.equal(createJsonEncoder(withNamedObjects(schema))(exampleRecord), createJsonEncoder(schema)(exampleRecord));
  }
});
