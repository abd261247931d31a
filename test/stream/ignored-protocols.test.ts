import assert from 'node:assert/strict';
import { test } from 'node:test';
import { looksLikeForward, looksLikeTls } from '../../src/stream/ignored-protocols.ts';
import type { Verdict } from '../../src/stream/verdict.ts';
import { verdict } from '../support/stream/verdict.ts';

test('messages of the Forward protocol are known by their first two bytes', () => {
  const expected: readonly (readonly [string, Verdict])[] = [
    ['\x92\xa4HELO', 'yes'],
    ['\x93\xa3tag', 'yes'],
    ['\x94\xbf', 'yes'],
    ['\x93\xd9\x28', 'yes'],
    ['\x94\xda\x01\x00', 'yes'],
    ['\x93', 'more'],
    ['', 'more'],
    ['\x91\xa3tag', 'no'],
    ['\x95\xa3tag', 'no'],
    ['\x93\xa0', 'no'],
    ['\x93\x01', 'no'],
    ['GET /', 'no'],
  ];
  assert.deepEqual(
    expected.map(([text]) => [text, verdict(looksLikeForward, text)]),
    expected,
  );
});

test('TLS records are known by their header', () => {
  const expected: readonly (readonly [string, Verdict])[] = [
    ['\x16\x03\x01\x02\0\x01', 'yes'],
    ['\x17\x03\x03\x40\0\x01', 'yes'],
    ['\x15\x03\x03\0\x02', 'yes'],
    ['\x16\x03\x01\x02', 'more'],
    ['\x16', 'more'],
    ['\x16\x03\x01\0\0', 'no'],
    ['\x16\x03\x01\xff\xff', 'no'],
    ['\x16\x03\x09\0\x01', 'no'],
    ['\x16\x04', 'no'],
    ['\x18\x03\x03\0\x01', 'no'],
    ['GET /', 'no'],
  ];
  assert.deepEqual(
    expected.map(([text]) => [text, verdict(looksLikeTls, text)]),
    expected,
  );
});
