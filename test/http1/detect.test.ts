import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  looksLikeCutRequest,
  looksLikeDueResponse,
  looksLikeFirstRequest,
  looksLikeRequest,
  looksLikeResponse,
  looksLikeWholeRequest,
  looksLikeWholeResponse,
} from '../../src/http1/detect.ts';
import type { Verdict } from '../../src/stream/verdict.ts';
import { verdict } from '../support/stream/verdict.ts';

test('request lines are told from other lines, however little of them has come', () => {
  const expected: readonly (readonly [string, Verdict])[] = [
    ['GET / HTTP/1.1\r\n', 'yes'],
    ['GET / HTTP/1.0\n', 'yes'],
    ['GET / HTTP/1.1\r\nHost: a\r\n\r\nbody', 'yes'],
    ['PROPFIND /dav/%20 HTTP/1.1\r\n', 'yes'],
    ['OPTIONS * HTTP/1.1\r\n', 'yes'],
    ['CONNECT a:443 HTTP/1.1\r\n', 'yes'],
    ['GET /a b HTTP/1.1\r\n', 'yes'],
    ['GET /\r\n', 'yes'],
    ['GET http://a/\n', 'yes'],
    ['GET / HTTP/1.1', 'more'],
    ['GET ', 'more'],
    [`GET /${'a'.repeat(4000)}`, 'more'],
    [`GET /${'a'.repeat(4000)} HTTP/1.1\r\n`, 'yes'],
    ['GET /\r\nnot a field', 'yes'],
    ['GET / HTTP/1.10\r\n', 'yes'],
    ['POST / http/1.1\r\n', 'yes'],
    ['GET\t/ HTTP/1.1\r\n', 'yes'],
    ['BREW / HTTP/1.x\r\n', 'yes'],
    ['BREW a HTTP/1.x\r\n', 'no'],
    ['DELETE HTTP/1.1\r\n', 'yes'],
    ['BREW HTTP/1.1\r\n', 'more'],
    ['BREW /a\r\n', 'more'],
    ['BREW /a\r\nHost: a\r\n', 'yes'],
    ['POST/login HTTP/1.1\r\n', 'no'],
    ['GET\r\n', 'more'],
    ['GET\r\n\r\n', 'yes'],
    ['CONNECT\naccept-version:1.2\n', 'no'],
    ['GET key\r\n', 'more'],
    ['GET key\r\nHost', 'more'],
    ['GET key\r\nHost:', 'yes'],
    ['OPTIONS *\r\n\r\n', 'yes'],
    ['GET key\n\n', 'yes'],
    ['GET key\r\nGET key\r\n', 'no'],
    [`GET key\r\n${'a'.repeat(100)}`, 'no'],
    ['TRACE irc.example\r\n\r\n', 'no'],
    ['OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n', 'no'],
    ['OPTIONS sip:a@b SIP/2.0\r\nCSeq: 1\r\n', 'no'],
    ['SET key 1\r\n', 'no'],
    ['*1\r\n$4\r\nPING\r\n', 'no'],
    ['EHLO mail.example\r\n', 'no'],
    ['220 mail.example ESMTP\r\n', 'no'],
    ['SSH-2.0-OpenSSH_9.6\r\n', 'no'],
    ['OPTIONS rtsp://a/b RTSP/1.0\r\n', 'no'],
    ['INVITE sip:a@b SIP/2.0\r\n', 'no'],
    ['USER anonymous\r\n', 'no'],
    ['a1 LOGIN a b\r\n', 'no'],
    ['HTTP/1.1 200 OK\r\n', 'no'],
    ['\r\n', 'no'],
    ['{"a": 1}\n', 'no'],
    ['\x16\x03\x01', 'no'],
    ['J\0\0\0\x0a8.0.36\0', 'no'],
  ];
  assert.deepEqual(
    expected.map(([text]) => [text, verdict(looksLikeRequest, text)]),
    expected,
  );
});

test('status lines are told from other lines', () => {
  const expected: readonly (readonly [string, Verdict])[] = [
    ['HTTP/1.1 200 OK\r\n', 'yes'],
    ['HTTP/1.0 404\r\n', 'yes'],
    ['HTTP/1.1   200 OK', 'yes'],
    ['HTTP/1.1 200', 'more'],
    ['HTTP/1.', 'more'],
    ['HTTP/1.1 2000', 'no'],
    ['HTTP/1.1 20 OK', 'no'],
    ['HTTP/1.1\t200 OK', 'yes'],
    ['HTTP/1.1 \t\v 200 OK', 'yes'],
    ['HTTP/1.1\r\n 200 OK', 'no'],
    ['HTTP 200 OK', 'yes'],
    ['Http/1.', 'more'],
    ['HTTP/1.10 200 OK', 'yes'],
    ['HTTP/x', 'more'],
    ['HTTP/x 20', 'more'],
    [`HTTP/${'1'.repeat(28)}`, 'no'],
    ['HTTPS', 'no'],
    ['http/1.1 200 OK', 'yes'],
    ['RTSP/1.0 200 OK', 'no'],
    ['SIP/2.0 200 OK', 'no'],
    ['ICY 200 OK', 'yes'],
    ['ICY', 'more'],
    ['ICYHOT 200 OK', 'no'],
  ];
  assert.deepEqual(
    expected.map(([text]) => [text, verdict(looksLikeResponse, text)]),
    expected,
  );
});

test('where bytes before are missing, only a line of the usual form is one, or one that nothing else can be', () => {
  const whole = (text: string) => looksLikeWholeRequest(Buffer.from(text), 0, text.length);
  for (const text of ['GET / HTTP/1.1\r\n', 'M-SEARCH * HTTP/1.1\r\n']) assert.equal(whole(text), 'yes');
  for (const line of ['GET / HTTP/1.10', 'POST / http/1.1', 'PURGE http://a/ HTTP/1.1.0', 'OPTIONS * HTTP/1']) {
    assert.equal(whole(`${line}\r\n`), 'more');
    assert.equal(whole(`${line}\r\nHost: a\r\n`), 'yes');
    assert.equal(whole(`${line}\r\nno field\r\n`), 'no');
  }
  for (const line of ['get / HTTP/1.1', 'ST / HTTP/1.1', 'ST / http/1.1', 'BREW / http/1.1', 'GET a http/1.1']) {
    assert.equal(whole(`${line}\r\nHost: a\r\n`), 'no');
  }
  for (const text of ['GET /\r\nHost: a\r\n', 'POST /\r\nHost: a\r\n', 'GET HTTP/1.1\r\nHost: a\r\n']) {
    assert.equal(whole(text), 'no');
  }
  for (const text of ['HTTP/1.0 200 OK', 'http/1.10 200 OK', 'HTTP/1\t200 OK']) {
    assert.equal(verdict(looksLikeWholeResponse, text), 'yes');
  }
  for (const text of ['ICY 200 OK', 'HTTP 200 OK', 'HTTP/x 200 OK', 'HTTP/1.1 2000 OK']) {
    assert.equal(verdict(looksLikeWholeResponse, text), 'no');
  }
});

test('a line whose end is missing is a request line if its target is whole', () => {
  const cut = (text: string) => looksLikeCutRequest(Buffer.from(text), 0, text.length);
  for (const version of ['H', 'HT', 'HTTP', 'HTTP/', 'HTTP/1.', 'HTTP/1.1', 'HTTP/1.1\r']) {
    for (const asked of ['GET /a', 'BREW /a', 'CONNECT a:443', 'OPTIONS *'])
      assert.ok(cut(`${asked} ${version}`), asked);
    for (const other of ['BREW a', 'GET', 'two words /a', '(GET) /a', ''])
      assert.ok(!cut(`${other} ${version}`), other);
  }
  for (const text of ['GET /a', 'GET /a ', 'GET /a b', 'GET /a X']) assert.ok(!cut(text), text);
});

test('where a status line is due, one without a status is one, once it is whole', () => {
  for (const line of [
    'HTTP/1.1 4O4 Not Found',
    'HTTP/1.1 2000 OK',
    'HTTP/1.1',
    'http 20',
    `HTTP/${'1'.repeat(40)} 200`,
  ]) {
    assert.equal(verdict(looksLikeDueResponse, line), 'more', line);
    assert.equal(verdict(looksLikeDueResponse, `${line}\r\n`), 'yes', line);
  }
  for (const text of ['<html>', 'HTTPS', 'ICYHOT', 'OK\r\n']) assert.equal(verdict(looksLikeDueResponse, text), 'no');
});

test('a very long line that begins like a usual request is believed before its end', () => {
  const early = (text: string) => looksLikeFirstRequest(Buffer.from(text), 0, text.length);
  const long = 'x'.repeat(8192);
  for (const start of ['GET /', 'POST /', 'OPTIONS http://', 'GET https://']) {
    assert.deepEqual([early(start), early(start + long)], ['more', 'yes']);
  }
  for (const start of ['GET ', 'get /', 'GET', 'MSG /']) assert.notEqual(early(start + long), 'yes');
});
