import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Exchange } from '../../../src/exchange/exchange.ts';
import { createRecordBuilder } from '../../../src/record/build.ts';
import {
  exchangeOf,
  type Fields,
  fullOptions,
  requestMessage,
  responseMessage,
  withBodies,
} from '../../support/record/exchanges.ts';
import { toSchema } from '../../support/record/to-schema.ts';

const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const mark = fc.constantFrom(
  '=',
  '&',
  '?',
  '%',
  '/',
  ':',
  '@',
  ';',
  '#',
  '"',
  '\\',
  '{',
  '}',
  'token',
  'http://',
  '%3D',
  '\xff',
);
const latin1 = fc.string({ unit: fc.oneof(byte, mark), maxLength: 60 });
const inheritedName = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'traceparent',
  'b3',
  'host',
  'cookie',
  'referer',
  'content-encoding',
);
const fields: fc.Arbitrary<Fields> = fc.array(fc.tuple(fc.oneof(inheritedName, latin1), latin1), { maxLength: 6 });
const time = fc.oneof(
  fc.integer(),
  fc.double({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, noNaN: true }),
);
const body = fc.option(
  fc.record({ bytes: fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)), truncated: fc.boolean() }),
  { nil: undefined },
);
const type = fc.constantFrom(
  'application/json',
  'text/xml',
  'text/plain',
  'multipart/form-data; boundary=a',
  'application/x-www-form-urlencoded',
);
const withType = fc.tuple(fields, type).map(([all, value]) => [['content-type', value] as const, ...all]);
const rest = {
  firstByteTime: time,
  lastByteTime: time,
  sequence: fc.nat(0xffffffff),
  bodyBytes: fc.maxSafeNat(),
  body,
};

const exchanges: fc.Arbitrary<Exchange> = fc
  .record({
    request: fc.option(fc.tuple(fc.record({ method: latin1, target: latin1, headers: withType }), fc.record(rest)), {
      nil: undefined,
    }),
    response: fc.option(
      fc.tuple(fc.record({ status: fc.integer({ min: 100, max: 999 }), headers: withType }), fc.record(rest)),
      { nil: undefined },
    ),
    outcome: fc.constantFrom('answered', 'timeout', 'reset', 'closed', 'unknown'),
    direction: fc.constantFrom('incoming', 'outgoing', 'unknown'),
    clientIp: fc.oneof(fc.ipV4(), fc.ipV6()),
    incomplete: fc.boolean(),
  })
  .map(({ request, response, direction, clientIp, ...others }) =>
    exchangeOf({
      ...others,
      endpoints: { ...exchangeOf().endpoints, clientIp, direction },
      request: request && requestMessage(...request),
      response: response && responseMessage(...response),
    }),
  );

/** Only what every encoder can write: no undefined, no null, no number that is not finite. */
function assertPlain(value: unknown, path: string): void {
  if (typeof value === 'object') {
    assert.ok(value !== null, path);
    for (const [name, field] of Object.entries(value)) assertPlain(field, `${path}.${name}`);
  } else {
    assert.ok(typeof value === 'string' || value === true || Number.isFinite(value), `${path}: ${value}`);
  }
}

test('every exchange of any bytes becomes a record of plain values in every schema', () => {
  for (const enabled of [true, false]) {
    const redact = { enabled, headers: [], params: [] };
    const build = createRecordBuilder(withBodies({ ...fullOptions, redact }));
    fc.assert(
      fc.property(exchanges, (exchange) => {
        const record = build(exchange);
        for (const [name, encode] of Object.entries(toSchema)) {
          const fieldsOfSchema = encode(record);
          assertPlain(fieldsOfSchema, name);
          assert.deepEqual(JSON.parse(JSON.stringify(fieldsOfSchema)), fieldsOfSchema);
        }
      }),
      { numRuns: 1000 },
    );
  }
});
