import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pack } from 'msgpackr';
import { forwardText } from '../support/whole/forward-text.ts';
import { sentRequests } from '../support/whole/http-text.ts';
import { readable } from '../support/whole/readable.ts';

test('different bytes are different texts', () => {
  const all = Buffer.from(Array.from({ length: 256 }, (_, code) => code));
  const texts = Array.from(all, (code) => readable(Buffer.of(code)));
  assert.equal(new Set(texts).size, 256);
  assert.equal(readable(Buffer.from('a\\x41=\n= b\r\né')), 'a\\\\x41=\n\\x3d b\\x0d\n\\xc3\\xa9');
});

test('messages of the Forward protocol are the same text whatever their chunk and compression', () => {
  const message = (chunk: string, entries: Buffer, more = {}) => pack(['tag', entries, { chunk, ...more }]);
  const plain = Buffer.from('entries');
  assert.equal(
    forwardText(Buffer.concat([message('abcd', plain), message('efgh', plain)])),
    forwardText(Buffer.concat([message('ijkl', plain), message('mnop', plain)])),
  );
  const compressed = [1, 9].map((level) => gzipSync(plain.toString().repeat(100), { level }));
  const texts = compressed.map((bytes) => forwardText(message('abcd', bytes, { compressed: 'gzip' })));
  assert.equal(texts[0], texts[1]);
  assert.ok(texts[0]?.includes('entriesentries'));
});

test('bytes that are no Forward message, or only a part of one, are kept as they are', () => {
  const whole = pack(['tag', Buffer.from('entries'), {}]);
  assert.equal(forwardText(whole.subarray(0, 8)), `${readable(whole.subarray(0, 8))}\n`);
  assert.equal(forwardText(Buffer.concat([whole, Buffer.from('GET')])), `${forwardText(whole)}GET\n`);
  assert.equal(forwardText(Buffer.alloc(0)), '');
});

test('requests are taken apart by the length of their bodies, and what is behind them is kept', () => {
  const compressed = gzipSync('document');
  const bytes = Buffer.concat([
    Buffer.from('POST /a HTTP/1.1\r\nContent-Length: 4\r\n\r\nbodyGET /b HTTP/1.1\r\n\r\n'),
    Buffer.from(`POST /c HTTP/1.1\r\ncontent-encoding: gzip\r\ncontent-length: ${compressed.length}\r\n\r\n`),
    compressed,
    Buffer.from('odd'),
  ]);
  assert.deepEqual(
    sentRequests(bytes).map(({ text }) => text.replaceAll('\\x0d', '')),
    [
      'POST /a HTTP/1.1\nContent-Length: 4\n\nbody\n',
      'GET /b HTTP/1.1\n\n',
      'POST /c HTTP/1.1\ncontent-encoding: gzip\ncontent-length: LENGTH\n\ndocument\n',
      'odd\n',
    ],
  );
});
