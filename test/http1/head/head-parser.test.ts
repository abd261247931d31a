import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HeaderFields } from '../../../src/http/header-fields.ts';
import { FieldParser } from '../../../src/http1/head/field-parser.ts';
import * as heads from '../../../src/http1/head/head-parser.ts';
import { headText } from '../../support/http1/head-text.ts';
import { fieldsOfText } from '../../support/http1/header-text.ts';

const parseRequestHead = (text: string) => heads.parseRequestHead(headText(text), new FieldParser('request'));
const parseResponseHead = (text: string) => heads.parseResponseHead(headText(text), new FieldParser('response'));

function fields(...lines: readonly string[]): HeaderFields {
  return fieldsOfText(`${lines.join('\r\n')}\r\n\r\n`);
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
  const headers = fieldsOfText(' A: 1\r\nB \t: 2\r\n\rC: 3\r\n');
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
  assert.equal(fieldsOfText('Host: a').get('host'), 'a');
  assert.equal(fieldsOfText('Host:').get('host'), '');
  assert.equal(fieldsOfText('Host').get('host'), undefined);
  assert.deepEqual(entries(fieldsOfText('')), []);
  assert.deepEqual(entries(fieldsOfText('GET / HTTP/1.1', 15)), []);
});

test('looking a field up agrees with the list of all fields', () => {
  const pieces = ['a', 'A', 'b', ':', ': ', ' ', '\t', '\r\n', '\n', '\r', '-', 'a: 1\r\n', '\r\n '];
  let seed = 1;
  for (let round = 0; round < 3000; round++) {
    let text = 'x: y\r\n';
    for (let length = 0; length < 12; length++) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      text += pieces[(seed >> 8) % pieces.length] ?? '';
    }
    const headers = fieldsOfText(text);
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
  assert.equal(parseRequestHead(text)?.size, text.length);
});

test('heads that are hostile to backtracking and to searching again are read in time', () => {
  const kilobytes = 512;
  const blanks = `A: a${' '.repeat(kilobytes * 1024)}b\r\n c\r\n`;
  assert.equal(fieldsOfText(blanks).get('a')?.length, kilobytes * 1024 + 4);
  const lines = fieldsOfText(`${'a\n'.repeat(kilobytes * 512)}last: 1`);
  assert.deepEqual(entries(lines), [['last', '1']]);
  assert.deepEqual(entries(fieldsOfText('a\n'.repeat(kilobytes * 512))), []);
  for (const word of [' HTTP/1.1', ' HTTPS', ' a/b', ' a', ' ', '/', 'a']) {
    const target = `/${word.repeat(kilobytes * 100)}`;
    assert.equal(parseRequestHead(`GET ${target} HTTP/1 !\r\n\r\n`)?.target, target.trimEnd());
    assert.equal(parseRequestHead(`GET ${target} !\r\n\r\n`)?.method, 'GET');
    assert.equal(heads.parseCutRequestHead(`GET ${target} !`), undefined);
    assert.equal(heads.parseCutRequestHead(`GET${' '.repeat(kilobytes * 100)}${word} !`), undefined);
  }
});

test('what is odd about a head is said, each word once and only then', () => {
  const request = (text: string) => parseRequestHead(text)?.anomalies;
  assert.deepEqual(request('GET / HTTP/1.1\r\nA: 1\r\nB:2\r\n\r\n'), []);
  for (const line of ['GET /a b HTTP/1.1', 'GET  / HTTP/1.1', 'GET / HTTP/1.1 ', 'GET\t/ HTTP/1.1', 'GET HTTP/1.1']) {
    assert.deepEqual(request(`${line}\r\n\r\n`), ['request_line'], line);
  }
  for (const text of ['GET / HTTP/1.1\n\r\n', 'GET / HTTP/1.1\r\nA: 1\n\r\n', 'GET / HTTP/1.1\r\n\n']) {
    assert.deepEqual(request(text), ['bare_lf'], text);
  }
  assert.deepEqual(request('GET / HTTP/1.1\r\nA: 1\r\n 2\r\n\r\n'), ['obs_fold']);
  for (const line of ['A : 1', 'no colon', ' A: 1', ': 1\r\nA']) {
    assert.deepEqual(request(`GET / HTTP/1.1\r\n${line}\r\n\r\n`), ['field_line'], line);
  }
  assert.deepEqual(request('GET / HTTP/1.1 \nA\n \n\n'), ['request_line', 'bare_lf', 'obs_fold', 'field_line']);
  const response = (text: string) => parseResponseHead(text)?.anomalies;
  assert.deepEqual(response('HTTP/1.1 200 OK\r\nA: 1\r\n\r\n'), []);
  assert.deepEqual(response('HTTP/1.1 599\r\n\r\n'), []);
  for (const line of ['http/1.1 200', 'HTTP/1.1  200', 'HTTP/1.1 600', 'HTTP/1.1 099', 'ICY 200', 'HTTP/1.1 2OO']) {
    assert.deepEqual(response(`${line}\r\n\r\n`), ['status_line'], line);
  }
});

test('what is odd is said each time, though lines that come again are known', () => {
  const parser = new FieldParser('request');
  for (let round = 0; round < 6; round++) {
    for (const [lines, anomalies] of [
      ['A: 1\r\nB: 2\r\n\r\n', []],
      ['A: 1\nB: 2\r\n\r\n', ['bare_lf']],
      ['A: 1\r\n B: 2\r\n\r\n', ['obs_fold']],
      ['A : 1\r\nB: 2\r\n\r\n', ['field_line']],
    ] as const) {
      const head = heads.parseRequestHead(headText(`GET / HTTP/1.1\r\n${lines}`), parser);
      assert.deepEqual(head?.anomalies, anomalies, `${lines} in round ${round}`);
    }
  }
});

test('a status line that is hostile to backtracking is read in time', () => {
  for (const blank of [' ', '\t', '\r', ' \r']) {
    const long = blank.repeat(512 * 1024);
    assert.equal(parseResponseHead(`HTTP/1.1${long}200 OK\r\n\r\n`)?.status, 200);
    assert.equal(parseResponseHead(`HTTP/1.1${long}OK\r\n\r\n`)?.status, undefined);
  }
});

test('a status is read from the first line only', () => {
  assert.deepEqual(parseResponseHead('HTTP/1.1 \r\n200: OK\r\n\r\n')?.status, undefined);
  assert.equal(parseResponseHead('HTTP/1.1 200')?.status, 200);
  assert.deepEqual(parseResponseHead('HTTP/1.1')?.anomalies, ['status_line']);
  assert.equal(parseResponseHead('HTTPS'), undefined);
  assert.equal(parseResponseHead(''), undefined);
});

test('a request line is read from the first line only', () => {
  assert.equal(parseRequestHead('GET\r\n/ HTTP/1.1\r\n\r\n'), undefined);
  assert.equal(parseRequestHead('GET /\r\n HTTP/1.1\r\n\r\n')?.version, 'HTTP/0.9');
  assert.equal(parseRequestHead(''), undefined);
  assert.equal(parseRequestHead(' '), undefined);
});
