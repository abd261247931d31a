import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestHead } from '../../../src/http/head.ts';
import { FieldParser } from '../../../src/http1/head/field-parser.ts';
import * as heads from '../../../src/http1/head/head-parser.ts';
import { HeadText } from '../../../src/http1/head/head-text.ts';
import { KnownHeads } from '../../../src/http1/head/known-heads.ts';

const parseRequestHead = (bytes: Buffer, start: number, end: number) =>
  heads.parseRequestHead(new HeadText().set(bytes, start, end), new FieldParser('request'));

const head = (target: string, id = '1') =>
  Buffer.from(`GET ${target} HTTP/1.1\r\nHost: shop\r\nX-Request-Id: ${id}\r\n\r\n`, 'latin1');

/** What differs behind it does not change where a head is kept. */
const longTarget = `/${'orders'.repeat(10)}`;

/** Looks a head up as its reader does: what is known of it, else it is noted. */
function see(known: KnownHeads<RequestHead>, bytes: Buffer): RequestHead | undefined {
  const found = known.find(bytes, 0, bytes.length);
  if (found === undefined) known.note(bytes, 0, bytes.length);
  return found?.head;
}

test('a head is known from its third time on, and is the same object each time', () => {
  const known = new KnownHeads(parseRequestHead);
  assert.equal(see(known, head('/')), undefined);
  assert.equal(see(known, head('/')), undefined);
  const third = see(known, head('/'));
  assert.equal(third?.target, '/');
  assert.equal(third.headers.get('host'), 'shop');
  assert.equal(see(known, head('/')), third);
});

test('a head that differs in one byte, anywhere, is another one', () => {
  const known = new KnownHeads(parseRequestHead);
  const usual = head('/orders', '12345678');
  for (let times = 0; times < 3; times++) see(known, usual);
  for (let at = 0; at < usual.length; at++) {
    const other = Buffer.from(usual);
    other[at] = (other[at] ?? 0) ^ 1;
    assert.equal(known.find(other, 0, other.length), undefined);
  }
  assert.notEqual(see(known, usual), undefined);
});

test('of a head that is cut off nothing is known', () => {
  const known = new KnownHeads(parseRequestHead);
  const usual = head('/orders');
  for (let times = 0; times < 3; times++) see(known, usual);
  for (let end = 0; end < usual.length; end++) assert.equal(known.find(usual, 0, end), undefined);
});

test('what is known does not change with the bytes that it was read from', () => {
  const known = new KnownHeads(parseRequestHead);
  const borrowed = head('/');
  for (let times = 0; times < 2; times++) see(known, borrowed);
  borrowed.fill('x');
  assert.equal(see(known, head('/'))?.headers.get('x-request-id'), '1');
});

test('heads that never come again are not kept, and one that comes again among them is', () => {
  const known = new KnownHeads(parseRequestHead);
  for (let id = 10_000; id < 11_000; id++) assert.equal(see(known, head(longTarget, String(id))), undefined);
  const again = head(longTarget, '99999');
  let seen = 0;
  while (see(known, again) === undefined) assert.ok(seen++ < 100);
});

test('long heads are not kept', () => {
  const known = new KnownHeads(parseRequestHead);
  for (let times = 0; times < 5; times++) assert.equal(see(known, head('/', 'x'.repeat(2000))), undefined);
});
