import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { HeaderFields } from '../../../src/http/header-fields.ts';
import { FieldCache } from '../../../src/record/headers/field-cache.ts';
import { HeaderReader } from '../../../src/record/headers/header-reader.ts';
import { LoggedHeaders } from '../../../src/record/headers/logged-headers.ts';
import { createRedactor } from '../../../src/record/redact/redact.ts';
import { jsonWithEscapes } from '../../support/record/json-with-escapes.ts';

const redactor = createRedactor({ enabled: false, headers: [], params: [] });
const name = fc.oneof(
  fc.constantFrom('a', 'b', 'host', '1', '10', '2x', '-1', '', '__proto__', 'constructor', 'tojson', 'a"b'),
  fc.string(),
);
const value = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\ud800', '\udfff\ud800', '\u2028', '"'),
);
const fields = fc.array(fc.tuple(name, value), { maxLength: 60 });

function createReader(): (fields: readonly (readonly [string, string])[]) => LoggedHeaders {
  const reader = new HeaderReader(new FieldCache(redactor), { kind: 'all' }, 100_000);
  return (sent) => {
    const logged = reader.read({ fields: sent.map(([name, value]) => ({ name, value })) } as unknown as HeaderFields);
    assert.ok(logged !== undefined);
    return logged;
  };
}

/** The plainest way to the same object. */
function plainObject(sent: readonly (readonly [string, string])[]): unknown {
  const values = new Map<string, string[]>();
  for (const [name, value] of sent) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries(Array.from(values, ([name, all]) => [name, all.length === 1 ? all[0] : all]));
}

test('the JSON of headers is the JSON of them as an object, with all escaped that cannot be seen', () => {
  const read = createReader();
  fc.assert(
    fc.property(fields, (sent) => {
      const headers = read(sent);
      assert.equal(headers.json, jsonWithEscapes(headers.object));
      assert.equal(JSON.stringify({ headers }), JSON.stringify({ headers: headers.object }));
    }),
  );
});

test('a name that came once has its value, one that came more than once all of them', () => {
  const latin1 = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });
  const read = createReader();
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.oneof(name, latin1), latin1), { maxLength: 60 }), (sent) => {
      const plain = sent.filter(([name]) => /^[ -~]*$/.test(name));
      for (let times = 0; times < 3; times++) {
        assert.equal(JSON.stringify(read(plain).object), JSON.stringify(plainObject(plain)));
      }
    }),
  );
});

test('headers as lists have a list for each name, also for one that came once', () => {
  assert.equal(LoggedHeaders.of({}).lists, undefined);
  const lists = LoggedHeaders.of({ host: 'a', accept: ['b', 'c'], ['__proto__']: 'd' }).lists;
  assert.deepEqual(Object.entries(lists ?? {}), [
    ['host', ['a']],
    ['accept', ['b', 'c']],
    ['__proto__', ['d']],
  ]);
});

test('headers that are made from an object are that object', () => {
  const object = { host: 'a', accept: ['b', 'c'], empty: '' };
  assert.deepEqual(LoggedHeaders.of(object).object, object);
});

test('very many fields with one name cost no more than others', () => {
  const headers = createReader()(Array.from({ length: 50_000 }, (_, index) => ['a', String(index)]));
  assert.equal((JSON.parse(headers.json) as { a: string[] }).a.length, 50_000);
});
