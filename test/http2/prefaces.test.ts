import assert from 'node:assert/strict';
import { test } from 'node:test';
import { looksLikePreface, looksLikeServerPreface } from '../../src/http2/prefaces.ts';
import { verdict } from '../support/stream/verdict.ts';

test('the preface is known when it is whole', () => {
  assert.equal(verdict(looksLikePreface, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 'yes');
  assert.equal(verdict(looksLikePreface, 'PRI * HTTP/2.0\r\n\r\nSM'), 'more');
  assert.equal(verdict(looksLikePreface, 'PRI * HTTP/2.0\r\nHost: a'), 'no');
});

const settings = Buffer.from('000006040000000000000300000064', 'hex');

test('a server may speak first, with its settings', () => {
  for (let length = 0; length < 9; length++) assert.equal(looksLikeServerPreface(settings, 0, length), 'more');
  assert.equal(looksLikeServerPreface(settings, 0, 9), 'yes');
  assert.equal(looksLikeServerPreface(settings, 0, settings.length), 'yes');
});

test('what looks like settings and is none is something else', () => {
  for (const [hex, what] of [
    ['000000040000000000', 'none at all'],
    ['000000040100000000', 'an acknowledgment'],
    ['000007040000000000', 'half a setting'],
    ['000006040000000001', 'on a stream'],
    ['000006030000000000', 'another frame'],
    ['160301', 'TLS'],
    ['000100', 'too many'],
  ] as const) {
    const bytes = Buffer.from(hex, 'hex');
    assert.equal(looksLikeServerPreface(bytes, 0, bytes.length), 'no', what);
  }
});
