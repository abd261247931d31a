// Records that peers can cause, and that a log server with an index of fields stumbles over.
import fc from 'fast-check';
import { LoggedHeaders, type RecordHeaders } from '../../../src/record/headers/logged-headers.ts';
import type { LogRecord } from '../../../src/record/record.ts';
import { createRecord } from '../record/create-record.ts';

/** Each is the headers of one record. */
export const oddHeaders: readonly RecordHeaders[] = [
  ...[{ 'x-a': '1' }, { 'x-a.b': '2' }, { 'x-a.b.c': '3' }, { 'x-a': '4' }],
  ...[{ 'x-date': '2024-01-01' }, { 'x-date': 'yesterday' }, { date: '2024/01/01 10:00:00 Z' }, { date: 'Mon' }],
  ...[{ '': 'empty' }, { ' ': '' }, { '.': 'dot' }, { '...': 'dots' }, { '.a': '1', 'a.': '2', 'a..b': '3' }],
  { ['__proto__']: 'x', constructor: 'y', _id: 'z', _source: 'a', _index: 'b' },
  ...[{ A: '1', a: '2' }, { both: ['1', '2'] }, { both: 'text' }, { lines: '2024-01-01' }, { lines: ['a', 'b'] }],
  ...[
    { ['n'.repeat(31_000)]: 'v' },
    { ['n'.repeat(40_000)]: 'v'.repeat(30_000) },
    { ['é'.repeat(7900)]: 'é'.repeat(99) },
  ],
  ...[{ ['n'.repeat(4000)]: 'v'.repeat(4001) }, { ['\u{10ffff}'.repeat(4000)]: '\u{10ffff}'.repeat(4000) }],
  ...[
    { '\0': '\0' },
    { 'a\0b': '1', 'a\ufffdb': '2' },
    { '\ud800': '\ud800' },
    { [Array(60).fill('a').join('.')]: 'deep' },
  ],
  Object.fromEntries(Array.from({ length: 2500 }, (_, index) => [`x-${index}`, `${index}`])),
  ...Array.from({ length: 17 }, (_, request) =>
    Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`x-${request}-${index}`, 'invented'])),
  ),
  {},
];

/** Each is in every field of one record that takes free text, the first before others can be there. */
export const oddTexts: readonly string[] = [
  ...['2024-01-01', 'later', '2024/01/01', '2024-01-01T10:00:00Z', '+2024-01', '20240101', '1', '', '\0'],
  ...['x'.repeat(50_000), '😀'.repeat(9000), 'true', '10.0.0.1', '{"a":1}'],
];

export function recordOfHeaders(index: number, headers: RecordHeaders): LogRecord {
  return createRecord(index, { requestHeaders: LoggedHeaders.of(headers), responseHeaders: LoggedHeaders.of(headers) });
}

export function recordOfText(index: number, text: string): LogRecord {
  const word = text.slice(0, 60);
  return createRecord(index, {
    ...{ method: text, host: text, url: text, path: text, query: text, userAgent: text, contentType: text },
    ...{ requestContentType: text, referrer: text, requestId: text, requestBody: text, responseBody: text },
    ...{ clientName: text, serverName: text, forwardedFor: text },
    identity: {
      ...{ pod: word, namespace: word, node: word, hostname: word },
      labels: { app: word, version: word, 'app.kubernetes.io/version': word },
    },
  });
}

export const oddRecords: readonly LogRecord[] = [
  ...oddTexts.map((text, index) => recordOfText(index, text)),
  ...oddHeaders.map((headers, index) => recordOfHeaders(oddTexts.length + index, headers)),
];

const part = fc.constantFrom('a', 'b', 'x-date', '', '.', '..', ' ', '_id', '__proto__', '\0', '2024-01', 'é', ': ');
const name = fc.oneof(
  fc.array(part, { maxLength: 4 }).map((parts) => parts.join('')),
  fc.array(part, { maxLength: 4 }).map((parts) => parts.join('.')),
  fc.string({ maxLength: 20 }),
  fc.tuple(part, fc.integer({ min: 0, max: 20_000 })).map(([text, times]) => text.repeat(times)),
);
const text = fc.oneof(
  fc.constantFrom(...oddTexts),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.integer({ min: 0, max: 20_000 }).map((length) => 'é'.repeat(length)),
);
const headers = fc.array(fc.tuple(name, fc.oneof(text, fc.array(text, { minLength: 2, maxLength: 3 }))), {
  maxLength: 8,
});

/** Records of any headers and texts. */
export const oddRecord: fc.Arbitrary<LogRecord> = fc.tuple(fc.nat(1e6), headers, text).map(([index, pairs, value]) => ({
  ...recordOfText(index, value),
  requestHeaders: LoggedHeaders.of(Object.fromEntries(pairs)),
}));
