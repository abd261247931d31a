import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elasticsearchFields } from '../../../src/sink/elasticsearch/elasticsearch-fields.ts';
import { plainBody, plainDocument } from '../../../src/sink/elasticsearch/plain-document.ts';
import { assertLinear } from '../../support/program/cpu-cost.ts';

const plain = (document: object, schema: 'flat' | 'ecs' | 'otel' | 'legacy' = 'flat'): unknown =>
  JSON.parse(plainDocument(JSON.stringify(document), elasticsearchFields[schema]));

test('headers are a list of lines, with a line for each value', () => {
  const headers = JSON.parse('{"host":"cart","accept":["a","b"],"":"empty","__proto__":"p","x.y":"2024-01-01"}');
  const lines = ['host: cart', 'accept: a', 'accept: b', ': empty', '__proto__: p', 'x.y: 2024-01-01'];
  assert.deepEqual(plain({ request_headers: headers, response_headers: {} }), {
    request_headers: { lines },
    response_headers: { lines: [] },
  });
  assert.deepEqual(plain({ http: { request: { headers, bytes: 3 } } }, 'ecs'), {
    http: { request: { headers: { lines }, bytes: 3 } },
  });
  assert.deepEqual(plain({ 'http.request.header': { host: ['cart'] } }, 'otel'), {
    'http.request.header': { lines: ['host: cart'] },
  });
  assert.deepEqual(plain({ headers: { host: 'cart' } }, 'legacy'), { headers: { lines: ['host: cart'] } });
});

test('labels keep their names, without dots', () => {
  assert.deepEqual(plain({ labels: { app: 'shop', 'app.kubernetes.io/version': '2024-01-01' } }), {
    labels: { app: 'shop', 'app_kubernetes_io/version': ' 2024-01-01' },
  });
});

test('a text that servers take for a date has a space in front, except where a date belongs', () => {
  const time = '2024-05-06T07:20:00.123456Z';
  assert.deepEqual(plain({ time, '@timestamp': time, user_agent: '2024-01-01', url: '/2024-01-01', status: 200 }), {
    ...{ time, '@timestamp': time, user_agent: ' 2024-01-01', url: '/2024-01-01', status: 200 },
  });
  assert.deepEqual(plain({ event: { start: time, end: time }, user_agent: { original: '2024/01/01' } }, 'ecs'), {
    event: { start: time, end: time },
    user_agent: { original: ' 2024/01/01' },
  });
  for (const text of ['2024-01', '+12024-01-01', '-2024-01-01', '2024-01-01T10', '2024/01/01 10:00:00 +0100']) {
    assert.deepEqual(plain({ host: text }), { host: ` ${text}` });
  }
  for (const text of ['2024', '10.0.0.1', 'v2024-01-01', '1-2', ' 2024-01-01', '20240101', '']) {
    assert.deepEqual(plain({ host: text }), { host: text });
  }
});

test('of a bulk request only the documents change, and lists, numbers and flags do not', () => {
  const document = { anomalies: ['bare_lf'], informational: [103], late: true, duration_ms: 0.5 };
  const body = `{"create":{"_index":"2024-01-01","_id":"a"}}\n${JSON.stringify(document)}\n`;
  assert.equal(plainBody(body + body, elasticsearchFields.flat), body + body);
  assert.equal(plainBody('', elasticsearchFields.flat), '');
});

test('many headers and long values cost no more than their bytes', async () => {
  const document = (size: number) => {
    const headers = Array.from({ length: size }, (_, index) => [`x-${index}`, '2024-01-01'.repeat(9)]);
    return JSON.stringify({ request_headers: Object.fromEntries(headers), user_agent: '2'.repeat(size * 9) });
  };
  const run = (text: string) => void plainDocument(text, elasticsearchFields.flat);
  await assertLinear({ run, less: () => document(2000), more: () => document(8000) });
});
