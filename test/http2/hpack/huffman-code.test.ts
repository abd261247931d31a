import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { HuffmanCode } from '../../../src/http2/hpack/huffman-code.ts';
import { huffmanCodeLengths } from '../../../src/http2/hpack/huffman-code-lengths.ts';
import { huffmanCodes } from '../../support/http2/huffman-codes.ts';
import { bytesOf, huffmanBytes, naiveHuffmanText } from '../../support/http2/naive-huffman.ts';
import { assertLinear } from '../../support/program/cpu-cost.ts';

const huffman = new HuffmanCode();
const textOf = (bytes: Buffer) => huffman.text(bytes, 0, bytes.length);

describe('Huffman code', () => {
  test('has the lengths of the codes in the RFC', () => {
    assert.deepEqual(
      huffmanCodeLengths,
      huffmanCodes.map(([, bits]) => bits),
    );
  });

  test('of each byte, and of each behind each other one, is that byte', () => {
    for (let one = 0; one < 256; one++) {
      assert.equal(textOf(huffmanBytes(String.fromCharCode(one))), String.fromCharCode(one));
      for (let other = 0; other < 256; other++) {
        const text = String.fromCharCode(one, other);
        assert.equal(textOf(huffmanBytes(text)), text);
      }
    }
  });

  test('of the examples in the RFC is their text', () => {
    assert.equal(textOf(Buffer.from('f1e3c2e5f23a6ba0ab90f4ff', 'hex')), 'www.example.com');
    assert.equal(textOf(Buffer.from('aec3771a4b', 'hex')), 'private');
    assert.equal(textOf(Buffer.from('9d29ad171863c78f0b97c8e9ae82ae43d3', 'hex')), 'https://www.example.com');
  });

  test('of no bytes is no text', () => {
    assert.equal(textOf(Buffer.alloc(0)), '');
  });

  test('is read between its two places only', () => {
    const bytes = huffmanBytes('private');
    const around = Buffer.concat([Buffer.from([0, 0xff]), bytes, Buffer.from([0, 0xff])]);
    assert.equal(huffman.text(around, 2, 2 + bytes.length), 'private');
  });

  test('has at most seven bits of padding, all ones', () => {
    const a = '00011';
    assert.equal(textOf(bytesOf(`${a}111`)), 'a');
    assert.equal(textOf(bytesOf(`${a}110`)), undefined);
    assert.equal(textOf(bytesOf(`${a}11111111111`)), undefined);
    assert.equal(textOf(bytesOf('11111111')), undefined);
  });

  test('with the end of a string in it is none, wherever it is', () => {
    const end = '1'.repeat(30);
    for (const before of ['', '00011', '000110001100011', '100110100110100110']) {
      const digits = `${before}${end}00011`;
      assert.equal(textOf(bytesOf(digits + '1'.repeat((8 - (digits.length % 8)) % 8))), undefined);
    }
  });

  test('of random text is that text, and random bytes are what a naive decoder makes of them', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((list) => Buffer.from(list));
    fc.assert(
      fc.property(bytes, (each) => {
        const text = each.toString('latin1');
        assert.equal(textOf(huffmanBytes(text)), text);
        assert.equal(textOf(each), naiveHuffmanText(each));
      }),
      { numRuns: 500 },
    );
  });

  test('that is cut off or changed is what a naive decoder makes of it', () => {
    const text = fc
      .string({ minLength: 1, maxLength: 40 })
      .map((each) => huffmanBytes(each.replace(/[^\0-\xff]/g, '')));
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(7), (bytes, place, bit) => {
        const at = bytes.length === 0 ? 0 : place % bytes.length;
        const changed = Buffer.from(bytes);
        if (bytes.length > 0) changed[at] = (bytes[at] ?? 0) ^ (1 << bit);
        for (const each of [changed, bytes.subarray(0, at)]) assert.equal(textOf(each), naiveHuffmanText(each));
      }),
      { numRuns: 500 },
    );
  });

  test('costs the same for each byte', () =>
    assertLinear({
      run: (bytes: Buffer) => {
        textOf(bytes);
      },
      less: () => huffmanBytes('a0~\\\u00f9'.repeat(20_000)),
      more: () => huffmanBytes('a0~\\\u00f9'.repeat(80_000)),
    }));
});
