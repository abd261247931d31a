import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FreshText } from '../../bench/fresh-text.ts';

function textOf(template: string, exchange: number): string {
  const text = new FreshText(template);
  const bytes = Buffer.alloc(text.length + 2, '~');
  text.copy(bytes, 1, exchange);
  assert.equal(bytes.at(0), bytes.at(-1));
  assert.equal(String.fromCharCode(bytes[0] ?? 0), '~');
  return bytes.toString('latin1', 1, text.length + 1);
}

test('each kind of value has its form, and the text around it stays', () => {
  const forms: readonly (readonly [template: string, form: RegExp])[] = [
    ['<{number}>', /^<00000017>$/],
    ['<{digits 10 a}>', /^<\d{10}>$/],
    ['<{hex 32 a}>', /^<[0-9a-f]{32}>$/],
    ['<{base64 43 a}=>', /^<[A-Za-z0-9+/]{43}=>$/],
    ['<{base64url 43 a}>', /^<[A-Za-z0-9_-]{43}>$/],
    ['<{uuid a}>', /^<[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}>$/],
    ['<{"a":{hex 1 a},{b}}>', /^<\{"a":[0-9a-f],\{b\}\}>$/],
  ];
  for (const [template, form] of forms) assert.match(textOf(template, 17), form);
  const date = textOf('{date a}', 17);
  assert.equal(new Date(date).toUTCString(), date);
});

test('a value is the same wherever its name stands, and another one under another name', () => {
  const [a, again, longer, b] = textOf('{hex 16 a} {hex 16 a} {hex 32 a} {hex 16 b}', 5).split(' ');
  assert.equal(a, again);
  assert.equal(longer?.slice(0, 16), a);
  assert.notEqual(a, b);
});

test('no value comes again in another exchange or under a name that is alike', () => {
  const exchanges = 50_000;
  for (const kind of ['hex 16', 'base64 22', 'base64url 22', 'digits 16', 'uuid']) {
    const seen = new Set<string>();
    for (const name of ['a', 'b'])
      for (let exchange = 0; exchange < exchanges; exchange++) seen.add(textOf(`{${kind} ${name}}`, exchange));
    assert.equal(seen.size, 2 * exchanges, kind);
  }
  const dates = new Set(Array.from({ length: exchanges }, (_, exchange) => textOf('{date a}', exchange)));
  assert.equal(dates.size, exchanges);
});
