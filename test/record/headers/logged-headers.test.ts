import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LoggedField, LoggedName } from '../../../src/record/headers/logged-field.ts';
import { LoggedHeaders } from '../../../src/record/headers/logged-headers.ts';

const name = fc.oneof(
  fc.constantFrom('a', 'b', 'host', '1', '10', '2x', '-1', '', '__proto__', 'constructor', 'tojson', 'a"b'),
  fc.string(),
);
const value = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\ud800', '\udfff\ud800', '\u2028', '"'),
);

test('the JSON of headers is what JSON.stringify makes of them as an object', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 60 }), (fields) => {
      const headers = new LoggedHeaders(fields.map(([name, value]) => new LoggedField(new LoggedName(name), value)));
      assert.equal(headers.json, JSON.stringify(headers.object));
      assert.equal(JSON.stringify({ headers }), JSON.stringify({ headers: headers.object }));
    }),
  );
});

test('headers that are made from an object are that object', () => {
  const object = { host: 'a', accept: ['b', 'c'], empty: '' };
  assert.deepEqual(LoggedHeaders.of(object).object, object);
});

test('very many fields with one name cost no more than others', () => {
  const fields = Array.from({ length: 50_000 }, (_, index) => new LoggedField(new LoggedName('a'), String(index)));
  assert.equal((JSON.parse(new LoggedHeaders(fields).json) as { a: string[] }).a.length, 50_000);
});
