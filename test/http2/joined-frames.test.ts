import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HuffmanCode } from '../../src/http2/hpack/huffman-code.ts';
import { joinedFramesOf } from '../../src/http2/joined-frames.ts';
import { frame } from '../support/http2/frame-bytes.ts';
import { createRandom } from '../support/program/random.ts';

const code = new HuffmanCode();
const looksLikeClient = joinedFramesOf('client', () => code);
const looksLikeServer = joinedFramesOf('server', () => code);
const both = (bytes: Buffer) => [looksLikeClient, looksLikeServer].map((detect) => detect(bytes, 0, bytes.length));

const headers = (block: number[], flags = 5) => frame(1, flags, 7, Buffer.from(block));
const ping = frame(6, 0, 0, Buffer.alloc(8, 0xf0));
/** `:method: POST`, and an index of what was inserted before. */
const asking = headers([0xc0, 0x83]);
const answering = headers([0xc5, 0x88]);

test('a header block says who speaks, also behind other frames', () => {
  assert.deepEqual(both(asking), ['yes', 'no']);
  assert.deepEqual(both(answering), ['no', 'yes']);
  assert.deepEqual(both(Buffer.concat([ping, asking])), ['yes', 'no']);
  assert.deepEqual(both(Buffer.concat([asking, Buffer.from('what comes then')])), ['yes', 'no']);
});

test('trailers, other frames alone and blocks that make no sense do not', () => {
  for (const bytes of [headers([0xc0, 0xc1]), ping, headers([0x80]), headers([0x83], 1)]) {
    assert.deepEqual(both(bytes), ['no', 'no']);
  }
});

test('a block that has not come whole is waited for', () => {
  assert.deepEqual(both(asking.subarray(0, asking.length - 1)), ['more', 'more']);
});

test('other bytes are no frames', () => {
  const random = createRandom(3);
  for (let round = 0; round < 20_000; round++) {
    const bytes = Buffer.from(Array.from({ length: 60 }, () => Math.trunc(random() * 256)));
    assert.ok(!both(bytes).includes('yes'));
  }
  for (const text of ['GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc']) {
    assert.deepEqual(both(Buffer.from(text, 'latin1')), ['no', 'no']);
  }
});
