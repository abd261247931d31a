import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agreementOf } from '../../src/http/agreement.ts';
import { type Fields, responseMessage } from '../support/record/exchanges.ts';

const agreed = (status: number, headers: Fields, protocol?: string) =>
  agreementOf(protocol === undefined ? {} : { protocol }, responseMessage({ status, headers }).head);
const upgradeOf = (value: string) => agreed(101, [['Upgrade', value]]).upgrade;

test('what is agreed to is the first name that the server says, in lower case and without parameters', () => {
  assert.equal(upgradeOf('WebSocket'), 'websocket');
  assert.equal(upgradeOf('SPDY/3.1'), 'spdy/3.1');
  assert.equal(upgradeOf(' TLS/1.0 , HTTP/1.1'), 'tls/1.0');
  assert.equal(upgradeOf('tcp;x=y'), 'tcp');
});

test('what is no name is left out, also one that nobody would give', () => {
  for (const value of ['', ',websocket', 'two words', 'a/b/c', '<script>', 'x'.repeat(65)]) {
    assert.equal(upgradeOf(value), undefined, value);
  }
});

test('a CONNECT agrees to what it asked for, if anything, and to no header field', () => {
  assert.equal(agreed(200, [['Upgrade', 'websocket']]).upgrade, undefined);
  assert.equal(agreed(200, [], 'websocket').upgrade, 'websocket');
  assert.equal(agreementOf(undefined, responseMessage({ status: 200 }).head).upgrade, undefined);
});

test('extensions are named, those of several fields too', () => {
  const fields: Fields = [
    ['Sec-WebSocket-Extensions', 'permessage-deflate; client_max_window_bits=15, x-Other'],
    ['Sec-WebSocket-Extensions', 'third'],
  ];
  assert.deepEqual(agreed(101, fields).extensions, ['permessage-deflate', 'x-other', 'third']);
  assert.deepEqual(agreed(101, []).extensions, []);
});
