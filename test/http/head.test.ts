import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRequestHead, parseResponseHead } from '../../src/http/head.ts';
import { HeaderFields } from '../../src/http/header-fields.ts';

function fields(...lines: readonly string[]): HeaderFields {
  return new HeaderFields(`${lines.join('\r\n')}\r\n\r\n`, 0);
}

function entries({ fields }: HeaderFields): readonly (readonly [string, string])[] {
  return fields.map(({ name, value }) => [name, value]);
}

test('the first field with a name is found, whatever its case', () => {
  const headers = fields('HOST: a', 'hOsT: b', 'Host-Not: c', '_Odd^Name~: d', '9-Lives: e');
  assert.equal(headers.get('host'), 'a');
  assert.deepEqual(headers.all('host'), ['a', 'b']);
  assert.equal(headers.get('_odd^name~'), 'd');
  assert.equal(headers.get('9-lives'), 'e');
});

test('a field that is not there has no value, and an empty field has an empty one', () => {
  const headers = fields('Empty:', 'hos: a', 'xhost: b', 'host', 'host x: c');
  assert.equal(headers.get('host'), undefined);
  assert.deepEqual(headers.all('host'), []);
  assert.equal(headers.get('empty'), '');
  assert.deepEqual(headers.all('empty'), ['']);
});

test('a name does not reach into the next line', () => {
  const headers = fields('ho', 'st: a', 'accept', ': b');
  assert.equal(headers.get('host'), undefined);
  assert.equal(headers.get('accept'), undefined);
});

test('white space around a name is passed over', () => {
  const headers = new HeaderFields(' A: 1\r\nB \t: 2\r\n\rC: 3\r\n', 0);
  assert.deepEqual([headers.get('a'), headers.get('b'), headers.get('c')], ['1', '2', '3']);
});

test('a folded value is one line, and a field behind it is found', () => {
  const headers = fields('A: one', ' two', '\t', '  three ', 'B: b');
  assert.equal(headers.get('a'), 'one two three');
  assert.deepEqual(headers.all('a'), ['one two three']);
  assert.equal(headers.get('b'), 'b');
  assert.deepEqual(entries(headers), [
    ['a', 'one two three'],
    ['b', 'b'],
  ]);
});

test('fields without an end, and no fields', () => {
  assert.equal(new HeaderFields('Host: a', 0).get('host'), 'a');
  assert.equal(new HeaderFields('Host:', 0).get('host'), '');
  assert.equal(new HeaderFields('Host', 0).get('host'), undefined);
  assert.deepEqual(entries(new HeaderFields('', 0)), []);
  assert.deepEqual(entries(new HeaderFields('GET / HTTP/1.1', 15)), []);
});

test('looking a field up agrees with the list of all fields', () => {
  const pieces = ['a', 'A', 'b', ':', ': ', ' ', '\t', '\r\n', '\n', '\r', '-', 'a: 1\r\n', '\r\n '];
  let seed = 1;
  for (let round = 0; round < 3000; round += 1) {
    let text = 'x: y\r\n';
    for (let length = 0; length < 12; length += 1) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      text += pieces[(seed >> 8) % pieces.length] ?? '';
    }
    const headers = new HeaderFields(text, 0);
    for (const name of ['a', 'b', 'aa', 'a-', 'ab', 'x']) {
      const listed = entries(headers)
        .filter((entry) => entry[0] === name)
        .map((entry) => entry[1]);
      assert.deepEqual(headers.all(name), listed, JSON.stringify({ name, text }));
      assert.equal(headers.get(name), listed[0]);
    }
  }
});

test('the size of a head is that of all its bytes', () => {
  const text = 'GET / HTTP/1.1\r\nA: \xff\r\n\r\n';
  assert.equal(parseRequestHead(text)?.headers.size, text.length);
});

test('heads that are hostile to backtracking and to searching again are read in time', () => {
  const kilobytes = 512;
  const blanks = `A: a${' '.repeat(kilobytes * 1024)}b\r\n c\r\n`;
  assert.equal(new HeaderFields(blanks, 0).get('a')?.length, kilobytes * 1024 + 4);
  const lines = new HeaderFields(`${'a\n'.repeat(kilobytes * 512)}last: 1`, 0);
  assert.deepEqual(entries(lines), [['last', '1']]);
  assert.deepEqual(entries(new HeaderFields('a\n'.repeat(kilobytes * 512), 0)), []);
  for (const word of [' HTTP/1.1', ' HTTPS', ' a/b', ' a', ' ', '/', 'a']) {
    const target = `/${word.repeat(kilobytes * 100)}`;
    assert.equal(parseRequestHead(`GET ${target} HTTP/1 !\r\n\r\n`)?.target, target.trimEnd());
    assert.equal(parseRequestHead(`GET ${target} !\r\n\r\n`)?.method, 'GET');
  }
});

test('a status is read from the first line only', () => {
  assert.equal(parseResponseHead('HTTP/1.1 \r\n200: OK\r\n\r\n'), undefined);
  assert.equal(parseResponseHead('HTTP/1.1 200')?.status, 200);
  assert.equal(parseResponseHead('HTTP/1.1'), undefined);
  assert.equal(parseResponseHead(''), undefined);
});

test('a request line is read from the first line only', () => {
  assert.equal(parseRequestHead('GET\r\n/ HTTP/1.1\r\n\r\n'), undefined);
  assert.equal(parseRequestHead('GET /\r\n HTTP/1.1\r\n\r\n')?.protocol, 'HTTP/0.9');
  assert.equal(parseRequestHead(''), undefined);
  assert.equal(parseRequestHead(' '), undefined);
});
