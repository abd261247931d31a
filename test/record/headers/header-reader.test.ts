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

const bytesOf = (text: string) => Buffer.from(text).toString('latin1');

test('a name is UTF-8, as values are, and only letters of ASCII are put into lower case', () => {
  const sent = ['X-Größe', 'ÜBER', 'À-Ã', 'Ж', '名前', 'X-\xdcBER'] as const;
  const all = sent.map((name, index) => [index < 5 ? bytesOf(name) : name, 'v'] as const);
  const shown = ['x-größe', 'Über', 'À-Ã', 'Ж', '名前', 'x-Über'];
  assert.deepEqual(Object.keys(read({ kind: 'all' }, all) ?? {}), shown);
});

test('a name that is sent as UTF-8 and as Latin-1 is one name, in every message', () => {
  const logged = reader({ kind: 'all' });
  const message: Fields = [
    [bytesOf('ü'), '1'],
    ['\xfc', '2'],
    [bytesOf('Ã¼'), '3'],
    [bytesOf(`${'x'.repeat(100)}é`), '4'],
    [`${'X'.repeat(100)}\xe9`, '5'],
  ];
  for (let times = 0; times < 5; times++) {
    const headers = logged(message);
    const expected = Object.fromEntries([
      ['ü', ['1', '2']],
      ['Ã¼', '3'],
      [`${'x'.repeat(100)}é`, ['4', '5']],
    ]);
    assert.deepEqual(headers?.object, expected);
    assert.equal(headers?.json, JSON.stringify(expected));
  }
});

test('a secret name is one in any bytes around it', () => {
  const logged = read({ kind: 'all' }, [
    [bytesOf('é-Token'), 's3cret'],
    ['\xe9-Api-Key', 's3cret'],
  ]);
  assert.deepEqual(logged, { 'é-token': '[redacted]', 'é-api-key': '[redacted]' });
});
