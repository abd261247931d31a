import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecordBuilder } from '../../../src/record/build.ts';
import { flat } from '../../../src/record/schema/flat.ts';
import { createObjectEncoder } from '../../../src/record/schema/object-encoder.ts';
import { exampleRecord } from '../../support/record/example.ts';
import { exchangeOf, fullOptions } from '../../support/record/exchanges.ts';

const toFlat = createObjectEncoder(flat);
test('all fields are in the documented order', () => {
  assert.deepEqual(Object.keys(toFlat(exampleRecord)), [
    ...[
      'time',
      'id',
      'direction',
      'client_ip',
      'client_port',
      'server_ip',
      'server_port',
      'protocol',
      'client_name',
      'server_name',
      'method',
      'host',
    ],
    ...['url', 'path', 'status', 'outcome', 'ended_by', 'connect_ms', 'duration_ms', 'send_ms', 'wait_ms'],
    ...[
      'receive_ms',
      'request_bytes',
      'response_bytes',
      'user_agent',
      'forwarded_for',
      'content_type',
      'request_headers',
    ],
    ...[
      'response_headers',
      'request_trailers',
      'response_trailers',
      'request_body',
      'response_body',
      'informational',
      'trace_id',
      'span_id',
    ],
    ...['retransmissions', 'incomplete', 'gap_bytes', 'anomalies', 'stream_id', 'undecoded_fields', 'late'],
    ...['pod', 'namespace', 'node', 'hostname', 'labels'],
  ]);
});

test('what is not known is not there, and there are no nulls', () => {
  const flat = toFlat(
    createRecordBuilder({ ...fullOptions, headers: { kind: 'none' } })(
      exchangeOf({ response: undefined, outcome: 'reset' }),
    ),
  );
  assert.deepEqual(flat, {
    time: '2024-05-06T07:20:00.123456Z',
    id: '0a000001c738-0123abcd-fedcba98',
    direction: 'incoming',
    client_ip: '10.0.0.1',
    client_port: 51_000,
    server_ip: '10.0.0.2',
    server_port: 8080,
    protocol: 'HTTP/1.1',
    method: 'GET',
    url: '/',
    path: '/',
    outcome: 'reset',
    send_ms: 0.5,
    request_bytes: 0,
  });
});

test('gap_bytes comes with incomplete, also when it is 0', () => {
  const flat = toFlat(createRecordBuilder(fullOptions)(exchangeOf({ incomplete: true })));
  assert.equal(flat['incomplete'], true);
  assert.equal(flat['gap_bytes'], 0);
});
