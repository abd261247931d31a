import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoggedHeaders } from '../../../src/record/headers/logged-headers.ts';
import type { LogRecord } from '../../../src/record/record.ts';
import type { SchemaName } from '../../../src/record/schema/schemas.ts';
import { contentOf, keyOf } from '../../../src/sink/batch.ts';
import { createBulkEncoder } from '../../../src/sink/elasticsearch/bulk-encoder.ts';
import { elasticsearchFields } from '../../../src/sink/elasticsearch/elasticsearch-fields.ts';
import { createEncodings } from '../../../src/sink/encodings.ts';
import { createRecord } from '../../support/record/create-record.ts';
import { encodedBatch } from '../../support/sink/encoded-batch.ts';

type Json = { readonly [field: string]: unknown };

const schemaNames: readonly SchemaName[] = ['flat', 'ecs', 'otel', 'legacy'];

/** With every field that a record can have. */
const fullRecord = createRecord(1, {
  kind: 'connect',
  anomalies: ['bare_lf'],
  late: true,
  direction: 'outgoing',
  clientName: 'c',
  serverName: 's',
  method: 'BREW',
  host: 'cart:81',
  forwardedFor: '203.0.113.7',
  referrer: 'http://cart/',
  requestId: 'r-1',
  requestContentType: 'text/plain',
  requestHeaders: LoggedHeaders.of({ host: 'cart', accept: ['a', 'b'], '__proto__.x': 'odd' }),
  url: 'http://cart:81/items/1?page=1',
  status: 500,
  requestBody: 'hello',
  responseBody: 'world',
  informational: [103],
  traceId: 't',
  spanId: 's',
  incomplete: true,
  gapBytes: 7,
  endedBy: 'client',
  connectMs: 0.4,
  streamId: 5,
  undecodedFields: 1,
  part: 1,
  requestTrailers: LoggedHeaders.of({ digest: 'a' }),
  responseTrailers: LoggedHeaders.of({ 'grpc-status': '0' }),
  grpc: {
    system: 'grpc',
    service: 'shop.Orders',
    method: 'List',
    status: 5,
    message: 'no such order',
    requestMessages: 1,
    responseMessages: 0,
    hasFailed: false,
  },
  session: {
    type: 'websocket',
    upgrade: 'websocket',
    clientMessages: 1,
    serverMessages: 2,
    clientBytes: 3,
    serverBytes: 4,
    closeCode: 1000,
    closedBy: 'client',
    compression: 'permessage-deflate',
  },
  retransmissions: 2,
  identity: { pod: 'p', namespace: 'n', node: 'o', hostname: 'h', labels: { app: 'a', 'app.kubernetes.io/name': 'b' } },
});

function encode(record: LogRecord, schema: SchemaName = 'flat', index = 'http') {
  const batch = encodedBatch(createBulkEncoder(index, createEncodings(schema)), [record]);
  const [action = '', document = '', ...rest] = batch.bytes.toString().split('\n');
  assert.deepEqual(rest, ['']);
  assert.deepEqual([keyOf(batch, 0), contentOf(batch, 0).toString()], [`${action}\n`, `${document}\n`]);
  return { action: JSON.parse(action) as Json, document: JSON.parse(document) as Json };
}

/** Names of the leaves, as mappings know them; below `headers` everything is one field. */
function leaves(value: unknown, path: string, isWhole: (path: string) => boolean): readonly string[] {
  if (isWhole(path) || typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([name, part]) => leaves(part, path === '' ? name : `${path}.${name}`, isWhole));
}

for (const schema of schemaNames) {
  test(`every field of the ${schema} schema has a type in the template, and the template has no others`, () => {
    const fields = elasticsearchFields[schema];
    const found = new Set(
      [fullRecord, createRecord(2)].flatMap((record) =>
        leaves(encode(record, schema).document, '', (path) => /^(headers|trailers|labels)$/.test(fields[path] ?? '')),
      ),
    );
    assert.deepEqual([...found].toSorted(), Object.keys(fields).toSorted());
  });

  test(`a document of the ${schema} schema has the time where data streams want it`, () => {
    assert.equal(encode(fullRecord, schema).document['@timestamp'], '2023-11-14T22:13:20.001000Z');
  });
}

test('a document is created under the id of its record', () => {
  const { action } = encode(createRecord(7));
  assert.deepEqual(action, { create: { _index: 'http', _id: 'record-000007' } });
});

test('the client and the server log the same exchange under the same id, and neither hides the other', () => {
  const ids = (['incoming', 'outgoing', 'unknown'] as const).map(
    (direction) => (encode(createRecord(7, { direction })).action['create'] as Json)['_id'],
  );
  assert.deepEqual(ids, ['record-000007', 'record-000007-outgoing', 'record-000007']);
});

test('a late answer is a document of its own, which neither hides the first one nor counts as it', () => {
  const ids = (['incoming', 'outgoing'] as const).flatMap((direction) =>
    [false, true].map((late) => (encode(createRecord(7, { direction, late })).action['create'] as Json)['_id']),
  );
  assert.deepEqual(ids, [
    'record-000007',
    'record-000007-late',
    'record-000007-outgoing',
    'record-000007-outgoing-late',
  ]);
});

test('the date in the name of the index is that of the record, in UTC', () => {
  const indexOf = (startTime: number) =>
    (encode(createRecord(1, { startTime }), 'flat', 'a-%{+yyyy.MM.dd}-b').action['create'] as Json)['_index'];
  const midnight = Date.UTC(2024, 1, 29) * 1000;
  assert.deepEqual(
    [midnight - 1, midnight, midnight + 86_399_999_999, midnight + 86_400_000_000, midnight].map(indexOf),
    ['a-2024.02.28-b', 'a-2024.02.29-b', 'a-2024.02.29-b', 'a-2024.03.01-b', 'a-2024.02.29-b'],
  );
});

test('the headers of the otel schema are one object, because an index cannot have a field for each', () => {
  const { document } = encode(fullRecord, 'otel');
  assert.deepEqual(document['http.request.header'], { host: ['cart'], accept: ['a', 'b'], '__proto__.x': ['odd'] });
  assert.equal(document['http.request.method'], '_OTHER');
});

test('the labels of the otel schema are one object, too', () => {
  const { document } = encode(fullRecord, 'otel');
  assert.deepEqual(document['k8s.pod.label'], { app: 'a', 'app.kubernetes.io/name': 'b' });
  assert.equal(document['k8s.pod.name'], 'p');
});

test('a header that is too long for some servers is cut, others are left alone', () => {
  const long = 'x'.repeat(40_000);
  const requestHeaders = { cookie: long, accept: ['a', long], host: 'y'.repeat(8000) };
  const { document } = encode(createRecord(1, { requestHeaders: LoggedHeaders.of(requestHeaders) }));
  const cut = `${'x'.repeat(8000)}…`;
  assert.deepEqual(document['request_headers'], { cookie: cut, accept: ['a', cut], host: 'y'.repeat(8000) });
});

test('a header whose name and value are too long together has a shorter name, and loses no value to another', () => {
  const [start, long] = ['n'.repeat(512), 'v'.repeat(4000)];
  const names = (...ends: string[]) => ends.map((end) => [start + end.repeat(5000), long]);
  const requestHeaders = { ...Object.fromEntries(names('a', 'b')), ['n'.repeat(7000)]: 'short' };
  const { document } = encode(createRecord(1, { requestHeaders: LoggedHeaders.of(requestHeaders) }));
  assert.deepEqual(document['request_headers'], { [`${start}…`]: [long, long], ['n'.repeat(7000)]: 'short' });
  const astral = LoggedHeaders.of({ [`n${'😀'.repeat(5000)}`]: long });
  const { document: other } = encode(createRecord(1, { requestHeaders: astral }));
  assert.deepEqual(Object.keys(other['request_headers'] as Json), [`n${'😀'.repeat(255)}…`]);
});

test('names that become the same are one header', () => {
  const requestHeaders = LoggedHeaders.of({ 'a\0': '1', 'a\ufffd': ['2', '3'], ['__proto__']: '\0' });
  const { document } = encode(createRecord(1, { requestHeaders }));
  assert.equal(JSON.stringify(document['request_headers']), '{"a\ufffd":["1","2","3"],"__proto__":"\\u0000"}');
});

test('a null character in the name of a header, which some servers refuse, is replaced', () => {
  const { document } = encode(
    createRecord(1, { requestHeaders: LoggedHeaders.of({ 'a\0b': '\0', ok: 'ok' }), userAgent: '\0' }),
  );
  assert.deepEqual(document['request_headers'], { 'a\ufffdb': '\0', ok: 'ok' });
  assert.equal(document['user_agent'], '\0');
});
