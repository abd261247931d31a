import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  looksLikeFirstRequest,
  looksLikeForward,
  looksLikeHttp2,
  looksLikeRequest,
  looksLikeResponse,
  looksLikeTls,
  looksLikeWholeRequest,
  looksLikeWholeResponse,
  type Verdict,
} from '../../src/http/detect.ts';

type Detect = (bytes: Buffer, start: number, end: number) => Verdict;

/** The verdict on a text that lies somewhere inside of a buffer; with fewer bytes it must not say something else. */
function verdict(detect: Detect, text: string): Verdict {
  const bytes = Buffer.from(`HTTP/1.1 200${text}GET / HTTP/1.1\r\n`, 'latin1');
  const final = detect(bytes, 12, 12 + text.length);
  for (let length = 0; length < text.length; length += 1) {
    const early = detect(bytes, 12, 12 + length);
    assert.ok(early === 'more' || early === final, `${JSON.stringify(text.slice(0, length))} is already ${early}`);
  }
  return final;
}

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
    ['HTTP/1.1\t200 OK', 'no'],
    ['HTTP/1.10 200 OK', 'yes'],
    ['HTTP/x', 'more'],
    ['HTTP/x 20', 'more'],
    [`HTTP/${'1'.repeat(28)}`, 'no'],
    ['HTTPS', 'no'],
    ['http/1.1 200 OK', 'no'],
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

test('where bytes before are missing, only a line of the usual form is one', () => {
  const whole = (text: string) => looksLikeWholeRequest(Buffer.from(text), 0, text.length);
  for (const text of ['GET / HTTP/1.1\r\n', 'M-SEARCH * HTTP/1.1\r\n']) assert.equal(whole(text), 'yes');
  for (const text of ['GET / HTTP/1.10\r\n', 'POST / http/1.1\r\n', 'get / HTTP/1.1\r\n', 'ST / HTTP/1.1\r\n']) {
    assert.equal(whole(text), 'no');
  }
  for (const text of ['GET /\r\n', 'POST /\r\nHost: a\r\n']) assert.equal(whole(text), 'no');
  assert.equal(verdict(looksLikeWholeResponse, 'HTTP/1.0 200 OK'), 'yes');
  for (const text of ['HTTP/1.10 200 OK', 'HTTP/1 200 OK', 'ICY 200 OK']) {
    assert.equal(verdict(looksLikeWholeResponse, text), 'no');
  }
});

test('a very long line that begins like a usual request is believed before its end', () => {
  const early = (text: string) => looksLikeFirstRequest(Buffer.from(text), 0, text.length);
  const long = 'x'.repeat(8192);
  for (const start of ['GET /', 'POST /', 'OPTIONS http://', 'GET https://']) {
    assert.deepEqual([early(start), early(start + long)], ['more', 'yes']);
  }
  for (const start of ['GET ', 'get /', 'GET', 'MSG /']) assert.notEqual(early(start + long), 'yes');
});

test('the HTTP/2 preface is known when it is whole', () => {
  assert.equal(verdict(looksLikeHttp2, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 'yes');
  assert.equal(verdict(looksLikeHttp2, 'PRI * HTTP/2.0\r\n\r\nSM'), 'more');
  assert.equal(verdict(looksLikeHttp2, 'PRI * HTTP/2.0\r\nHost: a'), 'no');
});

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
