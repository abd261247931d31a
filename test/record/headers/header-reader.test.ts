import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldCache } from '../../../src/record/headers/field-cache.ts';
import { HeaderReader, type HeaderSelection } from '../../../src/record/headers/header-reader.ts';
import { createRedactor, type Redactor } from '../../../src/record/redact/redact.ts';
import { type Fields, headerFields } from '../../support/record/exchanges.ts';

const redactor = createRedactor({ enabled: true, headers: [], params: [] });
/** What a reader that has seen nothing yet makes of a message. */
const reader = (selection: HeaderSelection, maxFields?: number, rules: Redactor = redactor) => {
  const headers = new HeaderReader(new FieldCache(rules), selection, maxFields);
  return (fields: Fields) => headers.read(headerFields(fields));
};
const read = (selection: HeaderSelection, fields: Fields) => reader(selection)(fields)?.object;
const fields: Fields = [
  ['Host', 'h'],
  ['Accept', 'a'],
  ['X-Text', 'Gr\xc3\xbc\xc3\x9fe'],
  ['ACCEPT', 'b'],
  ['Authorization', 's3cret'],
  ['Set-Cookie', 's3cret'],
  ['accept', 'c'],
  ['Set-Cookie', 's3cret'],
];

test('all headers, none, or those of a list in any case', () => {
  assert.deepEqual(read({ kind: 'all' }, fields), {
    host: 'h',
    accept: ['a', 'b', 'c'],
    'x-text': 'Grüße',
    authorization: '[redacted]',
    'set-cookie': ['[redacted]', '[redacted]'],
  });
  assert.equal(read({ kind: 'none' }, fields), undefined);
  assert.deepEqual(read({ kind: 'only', names: ['HOST', 'x-missing'] }, fields), { host: 'h' });
  assert.deepEqual(read({ kind: 'only', names: [] }, fields), {});
  assert.deepEqual(read({ kind: 'all' }, []), {});
});

test('names that objects inherit are names like any other', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
  for (const name of names) {
    const key = name.toLowerCase();
    const once = read({ kind: 'all' }, [[name, '1']]);
    assert.equal(JSON.stringify(once), `{"${key}":"1"}`);
    const thrice = read({ kind: 'all' }, [
      [name, '1'],
      [name, '2'],
      [name, '3'],
    ]);
    assert.equal(JSON.stringify(thrice), `{"${key}":["1","2","3"]}`);
  }
  assert.equal(Object.hasOwn(Object.prototype, '1'), false);
});

test('a line that comes again is redacted by the rules of whoever reads it', () => {
  const line: Fields = [['X-Plan', 'premium']];
  const strict = createRedactor({ enabled: true, headers: ['x-plan'], params: [] });
  for (const [rules, value] of [
    [redactor, 'premium'],
    [strict, '[redacted]'],
    [redactor, 'premium'],
  ] as const) {
    const logged = reader({ kind: 'all' }, undefined, rules);
    for (let times = 0; times < 3; times++) assert.deepEqual(logged(line)?.object, { 'x-plan': value });
  }
});

test('very many names, and very long ones, are logged and redacted like few and short ones', () => {
  const names = Array.from({ length: 600 }, (_, index) => (index % 3 === 0 ? `x-${index}-token` : `x-${index}`));
  const all: Fields = [...names, 'x'.repeat(200), `${'x'.repeat(200)}-token`].map((name) => [name, 'v']);
  const logged = reader({ kind: 'all' }, 1000);
  for (let times = 0; times < 3; times++) {
    assert.equal(Object.keys(logged(all)?.object ?? {}).length, 602);
    for (const [name, value] of Object.entries(logged(all)?.object ?? {})) {
      assert.equal(value, name.endsWith('token') ? '[redacted]' : 'v', name);
    }
  }
});

test('the first fields of a message are logged, redacted, and the rest is counted', () => {
  const many: Fields = Array.from({ length: 1000 }, (_, index) => [`x-${index}-${index < 2 ? 'token' : 'b'}`, 'v']);
  const firstThree = reader({ kind: 'all' }, 3);
  const logged = firstThree(many);
  assert.deepEqual(logged?.object, { 'x-0-token': '[redacted]', 'x-1-token': '[redacted]', 'x-2-b': 'v' });
  assert.equal(logged.json, JSON.stringify(logged.object));
  assert.equal(logged.notLogged, 997);
  assert.equal(firstThree(many.slice(0, 3))?.notLogged, 0);
  const usual = reader({ kind: 'all' })(many);
  assert.deepEqual([Object.keys(usual?.object ?? {}).length, usual?.notLogged], [256, 744]);
});

test('repeated fields count one by one, and of chosen headers only those that were chosen', () => {
  const accepts: Fields = Array.from({ length: 10 }, (_, index) => ['Accept', `a${index}`]);
  const all = reader({ kind: 'all' }, 4)(accepts);
  assert.deepEqual([all?.object, all?.notLogged], [{ accept: ['a0', 'a1', 'a2', 'a3'] }, 6]);
  const chosen = reader({ kind: 'only', names: ['via'] }, 4)([...accepts, ['Via', 'p'], ['Via', 'q']]);
  assert.deepEqual([chosen?.object, chosen?.notLogged], [{ via: ['p', 'q'] }, 0]);
});
