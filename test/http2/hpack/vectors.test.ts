import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HpackBlock, HpackDecoder } from '../../../src/http2/hpack/hpack-decoder.ts';
import { HuffmanCode } from '../../../src/http2/hpack/huffman-code.ts';
import { HpackOracle } from '../../support/http2/hpack-oracle.ts';
import { type HpackStory, hpackStories, withoutStories } from '../../support/http2/hpack-stories.ts';
import type { TracedBlock } from '../../support/http2/random-blocks.ts';
import { checkJoined, checkLosses } from '../../support/http2/seen-blocks.ts';
import { createRandom } from '../../support/program/random.ts';

const huffman = new HuffmanCode();

const stories = withoutStories === false ? hpackStories() : [];
const options = { skip: withoutStories };

function decoded(decoder: HpackDecoder, { bytes, tableSize }: HpackStory['blocks'][number]): HpackBlock {
  if (tableSize !== undefined) decoder.limitTable(tableSize);
  return decoder.decode(bytes, 0, bytes.length);
}

/** What the oracle finds, which is what the story says. */
function traced(story: HpackStory): readonly TracedBlock[] {
  const oracle = new HpackOracle();
  return story.blocks.map(({ bytes, tableSize, fields }, index) => {
    oracle.block = index;
    if (tableSize !== undefined) oracle.limitTable(tableSize);
    const found = oracle.decode(bytes);
    assert.deepEqual(
      found.map(({ name, value }) => [name, value]),
      fields,
    );
    return { bytes, tableSize, fields: found };
  });
}

test('every story of every encoder is decoded', options, () => {
  assert.ok(stories.length > 100 && stories.some(({ blocks }) => blocks.length > 15));
  for (const { name, blocks } of stories) {
    const decoder = new HpackDecoder({ huffman, maxListBytes: 1e6, isFromStart: true });
    for (const block of blocks) {
      const { fields, undecoded, dropped, isMalformed } = decoded(decoder, block);
      assert.deepEqual({ undecoded, dropped, isMalformed }, { undecoded: 0, dropped: 0, isMalformed: false }, name);
      assert.deepEqual(
        fields.map((field) => [field.name, field.value]),
        block.fields,
        name,
      );
    }
  }
});

test('joined before any block, exactly what refers to blocks that were seen is known', options, () => {
  let known = 0;
  let unknown = 0;
  for (const blocks of stories.map(traced)) {
    for (const first of blocks.keys()) {
      const sums = checkJoined(blocks, first);
      known += sums.known;
      unknown += sums.unknown;
    }
  }
  assert.ok(known > 10_000 && unknown > 1000, `${known} known, ${unknown} unknown`);
});

test('with lost blocks, exactly what refers to blocks since the last loss is known', options, () => {
  const random = createRandom(7541);
  for (const blocks of stories.map(traced)) for (let round = 0; round < 5; round++) checkLosses(blocks, random);
});
