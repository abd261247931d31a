import assert from 'node:assert/strict';
import { test } from 'node:test';
import { traceOf } from '../../src/record/trace.ts';
import { type Fields, headerFields } from '../support/record/exchanges.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const found = { traceId, spanId };
const none = { traceId: undefined, spanId: undefined };
const zeros = '0'.repeat(32);

const cases: readonly (readonly [title: string, fields: Fields, expected: object])[] = [
  ['no header', [], none],
  ['version 00', [['traceparent', `00-${traceId}-${spanId}-01`]], found],
  ['a newer version with more fields', [['traceparent', `01-${traceId}-${spanId}-01-more`]], found],
  ['version 00 with more fields', [['traceparent', `00-${traceId}-${spanId}-01-more`]], none],
  ['a newer version with more characters', [['traceparent', `01-${traceId}-${spanId}-01more`]], none],
  ['version ff', [['traceparent', `ff-${traceId}-${spanId}-01`]], none],
  ['upper case', [['traceparent', `00-${traceId.toUpperCase()}-${spanId}-01`]], none],
  ['a trace id of zeros', [['traceparent', `00-${zeros}-${spanId}-01`]], none],
  ['a span id of zeros', [['traceparent', `00-${traceId}-${'0'.repeat(16)}-01`]], none],
  ['a short trace id', [['traceparent', `00-${traceId.slice(1)}-${spanId}-01`]], none],
  ['an empty traceparent', [['traceparent', '']], none],
  ['b3', [['b3', `${traceId}-${spanId}-1-05e3ac9a4f6e3b90`]], found],
  ['b3 without a decision', [['b3', `${traceId}-${spanId}`]], found],
  [
    'b3 with 64 bits',
    [['b3', `a3ce929d0e0e4736-${spanId}-d`]],
    { traceId: '0000000000000000a3ce929d0e0e4736', spanId },
  ],
  ['a lone decision in b3', [['b3', '0']], none],
  ['b3 with a bad trace id', [['b3', `xyz-${spanId}`]], none],
  [
    'x-b3 headers',
    [
      ['X-B3-TraceId', traceId],
      ['X-B3-SpanId', spanId],
    ],
    found,
  ],
  ['x-b3-traceid alone', [['x-b3-traceid', traceId]], { traceId, spanId: undefined }],
  ['x-b3-spanid alone', [['x-b3-spanid', spanId]], none],
  [
    'traceparent before b3',
    [
      ['b3', `${zeros.slice(1)}1-${spanId}`],
      ['traceparent', `00-${traceId}-${spanId}-00`],
    ],
    found,
  ],
  [
    'b3 after an invalid traceparent',
    [
      ['traceparent', 'x'],
      ['b3', `${traceId}-${spanId}`],
    ],
    found,
  ],
  [
    'x-b3 after an invalid b3',
    [
      ['b3', '1'],
      ['x-b3-traceid', traceId],
      ['x-b3-spanid', spanId],
    ],
    found,
  ],
];

for (const [title, fields, expected] of cases) {
  test(`trace of ${title}`, () => assert.deepEqual(traceOf(headerFields(fields)), expected));
}
