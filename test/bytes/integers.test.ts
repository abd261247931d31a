import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { int32, kernelUint16, kernelUint32, uint8, uint16 } from '../../src/bytes/integers.ts';

test('integers are what Buffer makes of the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4, maxLength: 8 }), (array) => {
      const bytes = Buffer.from(array);
      for (let at = 0; at + 4 <= bytes.length; at++) {
        assert.equal(uint8(bytes, at), bytes.readUInt8(at));
        assert.equal(uint16(bytes, at), bytes.readUInt16BE(at));
        assert.equal(int32(bytes, at), bytes.readInt32BE(at));
        assert.equal(kernelUint16(bytes, at), bytes.readUInt16LE(at));
        assert.equal(kernelUint32(bytes, at), bytes.readUInt32LE(at));
      }
    }),
  );
});
