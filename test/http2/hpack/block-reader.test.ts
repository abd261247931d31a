import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { BlockReader } from '../../../src/http2/hpack/block-reader.ts';
import { HuffmanCode } from '../../../src/http2/hpack/huffman-code.ts';
import { integer, string } from '../../support/http2/random-blocks.ts';

const huffman = new HuffmanCode();

const reading = (bytes: Buffer) => new BlockReader(bytes, 0, bytes.length);

describe('an integer of a header block', () => {
  test('is read as in the examples of the RFC', () => {
    assert.equal(reading(Buffer.from([0b11101010])).integer(5), 10);
    assert.equal(reading(Buffer.from([0b00011111, 0b10011010, 0b00001010])).integer(5), 1337);
    assert.equal(reading(Buffer.from([42])).integer(8), 42);
  });

  test('is read up to 2^32, with whatever bits before it', () => {
    const prefix = fc.integer({ min: 4, max: 7 });
    fc.assert(
      fc.property(prefix, fc.nat(0xffffffff), fc.nat(15), (bits, value, first) => {
        const reader = reading(integer((first << bits) & 0xff, bits, value));
        assert.equal(reader.integer(bits), value);
        assert.ok(reader.isAtEnd && !reader.isBroken);
      }),
    );
  });

  test('may have zeros behind it, but is broken where it goes on beyond 35 bits', () => {
    const zeros = reading(Buffer.from([0x7f, 0x81, 0x80, 0x80, 0x80, 0x00]));
    assert.equal(zeros.integer(7), 128);
    assert.equal(zeros.isBroken, false);
    for (const last of [0x80, 0xff]) {
      const reader = reading(Buffer.from([0x7f, 0x80, 0x80, 0x80, 0x80, last, 0x00]));
      reader.integer(7);
      assert.ok(reader.isBroken && reader.isAtEnd);
    }
  });

  test('that ends too early is broken', () => {
    for (const bytes of [[], [0x7f], [0x7f, 0x80], [0x7f, 0xff, 0xff]]) {
      const reader = reading(Buffer.from(bytes));
      assert.equal(reader.integer(7), 0);
      assert.ok(reader.isBroken);
    }
  });
});

describe('a string of a header block', () => {
  test('is read in plain text and in Huffman code, or passed over', () => {
    for (const isHuffman of [false, true]) {
      const reader = reading(
        Buffer.concat([string('caf\xe9', isHuffman), string('x', isHuffman), Buffer.from([0x82])]),
      );
      assert.equal(reader.string(huffman), 'caf\xe9');
      reader.skipString();
      assert.equal(reader.next, 0x82);
      assert.equal(reader.isBroken, false);
    }
  });

  test('that is longer than the block is broken, and no room is made for it', () => {
    for (const first of [0, 0x80]) {
      const reader = reading(Buffer.concat([integer(first, 7, 0xffffffff), Buffer.from('abc')]));
      assert.equal(reader.string(huffman), '');
      assert.ok(reader.isBroken && reader.isAtEnd);
    }
  });

  test('that is no text in Huffman code is broken', () => {
    const reader = reading(Buffer.from([0x81, 0x00, 0x82]));
    assert.equal(reader.string(huffman), '');
    assert.ok(reader.isBroken && reader.isAtEnd);
  });

  test('that is missing is broken, and so is all behind a mistake', () => {
    const reader = reading(Buffer.alloc(0));
    assert.equal(reader.string(huffman), '');
    reader.skipString();
    assert.equal(reader.integer(7), 0);
    assert.ok(reader.isBroken && reader.isAtEnd);
  });
});
