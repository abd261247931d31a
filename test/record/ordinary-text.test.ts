import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escaped } from '../../src/record/json-text.ts';
import { isOrdinary } from '../../src/record/ordinary-text.ts';
import { createRedactor } from '../../src/record/redact/redact.ts';
import { decodeText } from '../../src/record/text.ts';

const redactor = createRedactor({ enabled: true, headers: [], params: [] });
const piece = fc.oneof(
  fc.constantFrom('6f1c2b7e-0d4a-4c1e-9b5f-000000000001', 'AKIAIOSFODNN7EXAMPLE', 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln'),
  fc.constantFrom(
    'ghp_0123456789abcdefghij',
    '?token=a',
    'u:p@',
    '%3Dx',
    'token%3Dx',
    'http%3A%2F%2Fu%3As%40h',
    '://',
    'ab12',
    '/',
    ' ',
    '"',
    '\\',
    '-',
    '=',
    '\xe4',
  ),
  fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 30 }),
);

test('in what is ordinary there is nothing to decode, redact or escape', () => {
  const text = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''));
  let ordinary = 0;
  fc.assert(
    fc.property(text, fc.constantFrom('x-id', 'host', 'via', 'sec-websocket-protocol'), (text, name) => {
      if (!isOrdinary(text)) return;
      ordinary++;
      assert.equal(decodeText(text), text);
      assert.equal(redactor.header(name)(text), text);
      assert.equal(redactor.target(text), text);
      assert.equal(escaped(text), text);
    }),
    { numRuns: 5000 },
  );
  assert.ok(ordinary > 500, `only ${ordinary} were`);
});

for (const text of ['', '/api/orders/4711', '6f1c2b7e-0d4a-4c1e-9b5f-000000000001', 'Thu, 26 Nov 2026 17:00:01 GMT']) {
  test(`'${text}' is ordinary`, () => assert.ok(isOrdinary(text)));
}
