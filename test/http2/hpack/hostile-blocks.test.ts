import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { HpackDecoder } from '../../../src/http2/hpack/hpack-decoder.ts';
import { HuffmanCode } from '../../../src/http2/hpack/huffman-code.ts';
import { integer, randomBlocks, string } from '../../support/http2/random-blocks.ts';
import { checkJoined, checkLosses } from '../../support/http2/seen-blocks.ts';
import { assertLinear } from '../../support/program/cpu-cost.ts';
import { mutated } from '../../support/program/mutate.ts';
import { createRandom, randomInteger } from '../../support/program/random.ts';

const huffman = new HuffmanCode();

const maxListBytes = 10_000;
const newest = integer(0x80, 7, 62);

test('random blocks that use all of HPACK are decoded, wherever one joins and whatever is lost', () => {
  const sums = { known: 0, unknown: 0 };
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = createRandom(seed);
      const blocks = randomBlocks(random, 20);
      const { known, unknown } = checkJoined(blocks, randomInteger(random, 0, 10));
      sums.known += known;
      sums.unknown += unknown;
      checkLosses(blocks, random);
    }),
    { numRuns: 200 },
  );
  assert.ok(sums.known > 3000 && sums.unknown > 500, `${sums.known} known, ${sums.unknown} unknown`);
});

test('mutated blocks and random bytes never throw, and give and hold no more than the limits', () => {
  const outcomes = { malformed: 0, whole: 0 };
  fc.assert(
    fc.property(fc.nat(), fc.boolean(), (seed, isFromStart) => {
      const random = createRandom(seed);
      const decoder = new HpackDecoder({ huffman, maxListBytes, isFromStart });
      for (const { bytes, tableSize } of randomBlocks(random, 20)) {
        if (tableSize !== undefined) decoder.limitTable(tableSize);
        const odd = random() < 0.1 ? randomBytes(60) : random() < 0.5 ? mutated(bytes, random) : bytes;
        const { fields, isMalformed } = decoder.decode(odd, 0, odd.length);
        outcomes[isMalformed ? 'malformed' : 'whole']++;
        const size = fields.reduce((sum, { name, value }) => sum + name.length + value.length + 32, 0);
        assert.ok(size <= maxListBytes && decoder.heldBytes <= 65536 && decoder.heldBytes >= 0);
      }
      decoder.lost();
      assert.equal(decoder.heldBytes, 0);

      function randomBytes(length: number): Buffer {
        return Buffer.from(Array.from({ length }, () => randomInteger(random, 0, 256)));
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(outcomes.malformed > 500 && outcomes.whole > 500, JSON.stringify(outcomes));
});

describe('with hostile blocks,', () => {
  test('a byte that stands for thousands gives no more than the limit, and no copies', () => {
    const decoder = new HpackDecoder({ huffman, maxListBytes, isFromStart: true });
    const large = Buffer.concat([Buffer.from([0x40]), string('bomb', false), string('x'.repeat(3000), false)]);
    const block = Buffer.concat([large, newest, ...Array.from({ length: 100_000 }, () => newest)]);
    const { fields, dropped, isMalformed } = decoder.decode(block, 0, block.length);
    assert.deepEqual([fields.length, dropped, isMalformed], [3, 99_999, false]);
    assert.equal(fields[1], fields[2]);
  });

  /** What a block of n repetitions costs beside one of 4n. */
  const repeated = (piece: Buffer, isFromStart = true) =>
    assertLinear({
      run: (block: Buffer) => {
        new HpackDecoder({ huffman, maxListBytes, isFromStart }).decode(block, 0, block.length);
      },
      less: () => Buffer.alloc(100_000, piece),
      more: () => Buffer.alloc(400_000, piece),
    });

  test('each of many references costs the same', () => repeated(Buffer.from([0x82])));
  test('each of many references to what is not known costs the same', () => repeated(newest, false));
  test('each of many empty fields costs the same', () => repeated(Buffer.from([0x40, 0, 0])));
  test('each of many sizes of the table costs the same', () => repeated(Buffer.from([0x20, 0x3f, 0xe1, 0x1f])));
  test('each of many insertions with unknown names costs the same', () => repeated(Buffer.from([0x7e, 0]), false));
  test('each byte of many strings in Huffman code costs the same', () =>
    repeated(Buffer.concat([Buffer.from([0]), string('name', true), string('~'.repeat(90), true)])));

  test('each of many malformed blocks costs the same', () =>
    assertLinear({
      run: (count: number) => {
        const decoder = new HpackDecoder({ huffman, maxListBytes, isFromStart: true });
        const block = Buffer.concat([Buffer.from([0x40, 1, 0x61, 1, 0x62]), Buffer.from([0x80])]);
        for (let left = count; left > 0; left--) assert.ok(decoder.decode(block, 0, block.length).isMalformed);
      },
      less: () => 20_000,
      more: () => 80_000,
    }));
});
