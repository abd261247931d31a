import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Base64Reader } from '../../src/grpc/base64-reader.ts';

function decode(pieces: readonly string[]): Buffer {
  const read: Buffer[] = [];
  const reader = new Base64Reader({
    heldBytes: 0,
    read: (bytes, start, end) => read.push(Buffer.from(bytes.subarray(start, end))),
    missing: () => assert.fail(),
    lost: () => assert.fail(),
  });
  for (const piece of pieces) reader.read(Buffer.from(` ${piece} `, 'latin1'), 1, 1 + piece.length);
  return Buffer.concat(read);
}

test('what was encoded is decoded, also in parts, wherever it is split', () => {
  const part = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 4 }), fc.nat(120), fc.nat(120), (parts, one, other) => {
      const text = parts.map((bytes) => bytes.toString('base64')).join('');
      const [from, to] = [Math.min(one, other), Math.max(one, other)];
      const pieces = [text.slice(0, from), text.slice(from, to), text.slice(to)];
      assert.deepEqual(decode(pieces), Buffer.concat(parts));
      assert.deepEqual(decode([...text]), Buffer.concat(parts));
    }),
  );
});

test('what is no base64 is passed over', () => {
  assert.equal(decode(['aGV\r\n', 's-\xff', 'bG8=']).toString(), 'hello');
});

test('a hole makes all of it unknown', () => {
  let losses = 0;
  const inner = { heldBytes: 0, read: () => {}, missing: () => assert.fail(), lost: () => losses++ };
  new Base64Reader(inner).missing();
  new Base64Reader(inner).lost();
  assert.equal(losses, 2);
});
