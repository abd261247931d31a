import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proxyHeaderLength } from '../../../src/stream/layers/proxy-header.ts';

const version1 = 'PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n';
const version2 = '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x01\xc0\0\x02\x02\xdc\x04\x01\xbb';

function lengthOf(text: string): number | undefined {
  const bytes = Buffer.from(`PROXY ${text}\r\n`, 'latin1');
  return proxyHeaderLength(bytes, 6, 6 + text.length);
}

test('the header of both versions is measured, whatever follows', () => {
  for (const header of [version1, version2, 'PROXY UNKNOWN\r\n', '\r\n\r\n\0\r\nQUIT\n\x20\0\0\0']) {
    assert.equal(lengthOf(header), header.length);
    assert.equal(lengthOf(`${header}GET / HTTP/1.1\r\n\r\n`), header.length);
  }
});

test('a header that is not whole yet is waited for', () => {
  for (let length = 6; length < version1.length; length++) assert.equal(lengthOf(version1.slice(0, length)), undefined);
  for (let length = 1; length < version2.length; length++) assert.equal(lengthOf(version2.slice(0, length)), undefined);
});

test('anything else has no header', () => {
  for (const text of [
    'GET / HTTP/1.1\r\n',
    'PROX',
    'PROXYGET',
    '\r\n\r\nGET',
    '\r\n\r\n\0\r\nQUIX',
    `PROXY ${'x'.repeat(200)}`,
  ]) {
    assert.equal(lengthOf(text), 0, text);
  }
});
