import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LoggedHeaders } from '../../../src/record/headers/logged-headers.ts';
import type { LogRecord } from '../../../src/record/record.ts';
import { createJsonEncoder } from '../../../src/record/schema/json-encoder.ts';
import { createObjectEncoder } from '../../../src/record/schema/object-encoder.ts';
import { schemas } from '../../../src/record/schema/schemas.ts';
import { createRecord, type RecordChanges } from '../../support/record/create-record.ts';
import { jsonWithEscapes } from '../../support/record/json-with-escapes.ts';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '\x7f', '\u2028', '\ud800', '\x9b', '\u202e', '\ufeff', 'é中🚀', '\u{e0041}'),
);
const maybe = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined });
const count = maybe(fc.nat({ max: Number.MAX_SAFE_INTEGER }));
/** Milliseconds as records have them: whole microseconds, from none to centuries. */
const duration = maybe(
  fc.oneof(fc.nat(), fc.nat({ max: Number.MAX_SAFE_INTEGER }), fc.nat({ max: 3000 })).map((micros) => micros / 1000),
);
const headers = maybe(fc.dictionary(text, fc.oneof(text, fc.array(text, { minLength: 2 }))).map(LoggedHeaders.of));
const hex = maybe(fc.constantFrom('0af7651916cd43dd8448eb211c80319c'));

const record: fc.Arbitrary<LogRecord> = fc
  .record({
    ...{ startTime: fc.nat({ max: Number.MAX_SAFE_INTEGER }), method: maybe(text), host: maybe(text), status: count },
    ...{ durationMs: duration, sendMs: duration, waitMs: duration, receiveMs: duration },
    ...{ requestBytes: count, responseBytes: count, userAgent: maybe(text), contentType: maybe(text) },
    ...{ requestHeaders: headers, responseHeaders: headers, requestBody: maybe(text), responseBody: maybe(text) },
    ...{ informational: maybe(fc.array(fc.nat(), { minLength: 1 })), traceId: hex, spanId: hex },
    ...{
      incomplete: fc.boolean(),
      gapBytes: count,
      retransmissions: count,
      clientName: maybe(text),
      serverName: maybe(text),
    },
    outcome: fc.constantFrom('answered', 'timeout', 'unknown'),
    direction: fc.constantFrom('incoming', 'outgoing', 'unknown'),
    identity: fc.record({
      ...{ pod: maybe(text), namespace: maybe(text), node: maybe(text), hostname: maybe(text) },
      labels: maybe(fc.dictionary(text, text)),
    }),
  })
  .map((changes) => createRecord(1, changes as RecordChanges));

/** A target and its path, which is a part of it. */
const target = fc.tuple(maybe(text), fc.nat(), fc.nat()).map(([url, from, length]) => ({
  url,
  path: length === 0 ? undefined : url?.slice(from % (url.length + 1), (from % (url.length + 1)) + length),
}));

for (const [name, schema] of Object.entries(schemas)) {
  test(`a record of ${name} as JSON is the JSON of it as an object, with all escaped that cannot be seen`, () => {
    const toJson = createJsonEncoder(schema);
    const toObject = createObjectEncoder(schema);
    fc.assert(
      fc.property(fc.array(fc.tuple(record, target), { minLength: 1, maxLength: 3 }), (changes) => {
        for (const [built, parts] of changes) {
          const changed = { ...built, ...parts };
          // What is the same as in the record before is written as it was then.
          for (let times = 0; times < 3; times++) assert.equal(toJson(changed), jsonWithEscapes(toObject(changed)));
        }
      }),
      { numRuns: 500 },
    );
  });
}

test('every whole number of microseconds is written with the digits it has', () => {
  const toJson = createJsonEncoder(schemas.flat);
  const toObject = createObjectEncoder(schemas.flat);
  for (let micros = 0; micros < 100_000; micros += 7) {
    const built = createRecord(1, { durationMs: micros / 1000 });
    assert.equal(toJson(built), JSON.stringify(toObject(built)));
  }
});
