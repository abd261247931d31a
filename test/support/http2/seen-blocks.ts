import assert from 'node:assert/strict';
import { HpackDecoder } from '../../../src/http2/hpack/hpack-decoder.ts';
import { HuffmanCode } from '../../../src/http2/hpack/huffman-code.ts';
import type { Random } from '../program/random.ts';
import type { TracedBlock } from './random-blocks.ts';

const huffman = new HuffmanCode();

/** How many fields were known, and how many were not. */
type Sums = { readonly known: number; readonly unknown: number };

/** Decodes from block `first` on: what is known is right, and is exactly what can be known from those blocks. */
export function checkJoined(blocks: readonly TracedBlock[], first: number): Sums {
  const decoder = new HpackDecoder({ huffman, maxListBytes: 1e6, isFromStart: false });
  let known = 0;
  let unknown = 0;
  for (const block of blocks.slice(first)) {
    const found = checkBlock(decoder, block, first);
    known += found;
    unknown += block.fields.length - found;
  }
  return { known, unknown };
}

/** Decodes all blocks but some that are lost: what is known is exactly what can be known from those since then. */
export function checkLosses(blocks: readonly TracedBlock[], random: Random): void {
  const decoder = new HpackDecoder({ huffman, maxListBytes: 1e6, isFromStart: true });
  let first = 0;
  for (const [index, block] of blocks.entries()) {
    if (random() < 0.1) {
      if (block.tableSize !== undefined) decoder.limitTable(block.tableSize);
      decoder.lost();
      first = index + 1;
    } else checkBlock(decoder, block, first);
  }
}

/** Returns how many fields were known. */
function checkBlock(decoder: HpackDecoder, block: TracedBlock, first: number): number {
  if (block.tableSize !== undefined) decoder.limitTable(block.tableSize);
  const { bytes } = block;
  // Not at the start of its buffer, and not up to its end.
  const { fields, undecoded, dropped, isMalformed } = decoder.decode(
    Buffer.concat([Buffer.from([0xff]), bytes, Buffer.from([0])]),
    1,
    1 + bytes.length,
  );
  const expected = block.fields.filter(({ knownSince }) => first <= knownSince);
  assert.deepEqual(
    fields.map(({ name, value, isSensitive }) => ({ name, value, isSensitive })),
    expected.map(({ name, value, isSensitive }) => ({ name, value, isSensitive })),
  );
  assert.equal(undecoded, block.fields.length - expected.length);
  assert.deepEqual({ dropped, isMalformed }, { dropped: 0, isMalformed: false });
  return fields.length;
}
