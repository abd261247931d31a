import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EnvelopeReader } from '../../src/grpc/envelope-reader.ts';
import { envelope } from '../support/grpc/envelope.ts';

const web = { all: 0x81, end: 0x80 };
const messages = [envelope(0, 'first'), envelope(1, ''), envelope(0, 'x'.repeat(300))];
const body = Buffer.concat([...messages, envelope(0x80, 'grpc-status: 0\r\n')]);

function read(pieces: readonly Buffer[], flags = web): EnvelopeReader {
  const reader = new EnvelopeReader(flags);
  // Not at the start of their buffers, and not up to their ends.
  for (const piece of pieces) {
    reader.read(Buffer.concat([Buffer.from([9]), piece, Buffer.from([9])]), 1, 1 + piece.length);
  }
  return reader;
}

function shown({ messages: count, end }: EnvelopeReader) {
  return { count, end };
}

test('messages are counted and the end is kept, in whatever pieces the body comes', () => {
  const expected = { count: 3, end: 'grpc-status: 0\r\n' };
  assert.deepEqual(shown(read([body])), expected);
  assert.deepEqual(shown(read(Array.from(body, (byte) => Buffer.from([byte])))), expected);
  for (let at = 0; at <= body.length; at++) {
    assert.deepEqual(shown(read([body.subarray(0, at), body.subarray(at)])), expected);
  }
});

test('a message counts when it is whole, and an end without its end is none', () => {
  assert.deepEqual(shown(read([body.subarray(0, 9)])), { count: 0, end: undefined });
  assert.deepEqual(shown(read([body.subarray(0, body.length - 1)])), { count: 3, end: undefined });
  assert.deepEqual(shown(read([])), { count: 0, end: undefined });
});

test('flags that there are not mean that it is no such body, and nothing is said of it', () => {
  assert.deepEqual(shown(read([Buffer.from('<html></html>')])), { count: undefined, end: undefined });
  assert.deepEqual(shown(read([envelope(0x80, 'a')], { all: 1, end: 0 })), { count: undefined, end: undefined });
});

test('what is missing inside of a message is stepped over, and more than that makes the number unknown', () => {
  const reader = read([body.subarray(0, 7)]);
  reader.missing(2);
  reader.read(body, 9, body.length);
  assert.deepEqual(shown(reader), { count: 3, end: 'grpc-status: 0\r\n' });
  const lost = read([body.subarray(0, 7)]);
  lost.missing(4);
  lost.read(body, 11, body.length);
  assert.deepEqual(shown(lost), { count: undefined, end: undefined });
});

test('an end with a hole, and one that is compressed or long, is not read', () => {
  const start = body.length - 10;
  const holed = read([body.subarray(0, start)]);
  holed.missing(10);
  assert.deepEqual(shown(holed), { count: 3, end: undefined });
  assert.deepEqual(shown(read([envelope(0x81, 'abc')])), { count: 0, end: undefined });
  const long = read([envelope(0x80, 'x'.repeat(100_000))]);
  assert.deepEqual(shown(long), { count: 0, end: undefined });
  assert.equal(long.heldBytes, 0);
});

test('it agrees with a naive reader, whatever bytes there are, and keeps little', () => {
  const naive = (bytes: Buffer) => {
    let count = 0;
    for (let at = 0; at + 5 <= bytes.length; ) {
      if ((bytes[at] as number) & 0x7e) return undefined;
      const end = at + 5 + bytes.readUInt32BE(at + 1);
      if (end > bytes.length) break;
      if (((bytes[at] as number) & 0x80) === 0) count++;
      at = end;
    }
    return count;
  };
  const piece = fc.tuple(fc.constantFrom(0, 1, 0x80, 0x81), fc.uint8Array({ maxLength: 40 }));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.nat(400), fc.nat(400), (parts, cut, split) => {
      const all = Buffer.concat(parts.map(([flag, bytes]) => envelope(flag, Buffer.from(bytes))));
      const bytes = all.subarray(0, Math.min(cut, all.length));
      const reader = read([bytes.subarray(0, split), bytes.subarray(split)]);
      assert.equal(reader.messages, naive(bytes));
      assert.ok(reader.heldBytes <= 10_000);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (random, split) => {
      const bytes = Buffer.from(random);
      const { messages: count } = read([bytes.subarray(0, split), bytes.subarray(split)]);
      assert.ok(count === undefined || count >= 0);
    }),
  );
});
