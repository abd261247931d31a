import assert from 'node:assert/strict';
import { test } from 'node:test';
import { looksLikePreface } from '../../src/http2/prefaces.ts';
import { verdict } from '../support/stream/verdict.ts';

test('the preface is known when it is whole', () => {
  assert.equal(verdict(looksLikePreface, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 'yes');
  assert.equal(verdict(looksLikePreface, 'PRI * HTTP/2.0\r\n\r\nSM'), 'more');
  assert.equal(verdict(looksLikePreface, 'PRI * HTTP/2.0\r\nHost: a'), 'no');
});
