import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { packetHeaderLength, TpacketRing, walkBlock } from '../../../src/capture/live/tpacket-ring.ts';
import { blockLength, type RingPacket, ringPacketAt, writeBlock } from '../../support/capture/ring-block.ts';

const blockPattern = 4096;

function texts(memory: Buffer, block: number): string[] {
  const found: string[] = [];
  const place = { start: block, end: block + blockPattern };
  walkBlock(memory, place, (bytes, header) => found.push(ringPacketAt(bytes, header).toString()));
  return found;
}

const packets = (...names: readonly string[]): RingPacket[] => names.map((name) => ({ bytes: Buffer.from(name) }));

test('a block hands over its packets in order', () => {
  const memory = Buffer.alloc(2 * blockPattern);
  writeBlock(memory, blockPattern, packets('one', 'the second', '', 'four'));
  assert.deepEqual(texts(memory, blockPattern), ['one', 'the second', '', 'four']);
});

test('a block without packets hands over nothing', () => {
  const memory = Buffer.alloc(blockPattern);
  writeBlock(memory, 0, []);
  assert.deepEqual(texts(memory, 0), []);
});

test('the last packet may end exactly at the end of the block', () => {
  const memory = Buffer.alloc(blockPattern);
  const filler = Buffer.alloc(blockPattern - blockLength(packets('')), 'x');
  writeBlock(memory, 0, [{ bytes: filler }]);
  assert.deepEqual(texts(memory, 0), [filler.toString()]);
});

test('a ring hands over ready blocks in order, gives them back and goes round', () => {
  const memory = Buffer.alloc(3 * blockPattern);
  const ring = new TpacketRing(memory, blockPattern);
  const found: string[] = [];
  const drain = (limit: number) =>
    ring.drain(limit, (bytes, header) => found.push(ringPacketAt(bytes, header).toString()));

  assert.equal(drain(9), 0);
  writeBlock(memory, 0, packets('a', 'b'));
  writeBlock(memory, blockPattern, packets('c'));
  writeBlock(memory, 2 * blockPattern, packets('d'));
  assert.equal(drain(2), 2);
  assert.deepEqual(found, ['a', 'b', 'c']);
  assert.deepEqual(
    [0, 1, 2].map((block) => memory.readUInt32LE(block * blockPattern + 8)),
    [0, 0, 1],
  );
  writeBlock(memory, 0, packets('e'));
  assert.equal(drain(9), 2);
  assert.deepEqual(found, ['a', 'b', 'c', 'd', 'e']);
  assert.equal(drain(9), 0);
});

test('a ready block behind one that is not ready waits for its turn', () => {
  const memory = Buffer.alloc(2 * blockPattern);
  const ring = new TpacketRing(memory, blockPattern);
  writeBlock(memory, blockPattern, packets('later'));
  assert.equal(
    ring.drain(2, () => assert.fail('handed over too early')),
    0,
  );
});

test('a block whose taker throws is given back all the same', () => {
  const memory = Buffer.alloc(2 * blockPattern);
  const ring = new TpacketRing(memory, blockPattern);
  writeBlock(memory, 0, packets('a'));
  writeBlock(memory, blockPattern, packets('b'));
  assert.throws(() =>
    ring.drain(2, () => {
      throw new Error('taker');
    }),
  );
  const found: string[] = [];
  assert.equal(
    ring.drain(2, (bytes, header) => found.push(ringPacketAt(bytes, header).toString())),
    1,
  );
  assert.deepEqual(found, ['b']);
});

test('garbage in a block never throws, loops or points outside of it', () => {
  const word = fc.oneof(
    fc.integer({ min: 0, max: 200 }),
    fc.integer({ min: 0, max: 0xffff_ffff }),
    fc.nat(blockPattern),
  );
  const at = fc.oneof(
    fc.constantFrom(12, 16, 48, 52),
    fc.nat(blockPattern / 4 - 1).map((index) => index * 4),
    fc.nat(blockPattern - 4),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(at, word), { maxLength: 30 }), fc.nat(20), (damage, count) => {
      const memory = Buffer.alloc(3 * blockPattern, 0xff);
      memory.fill(0, blockPattern, 2 * blockPattern);
      writeBlock(
        memory,
        blockPattern,
        Array.from({ length: count }, (_, index) => ({ bytes: Buffer.alloc(index * 5) })),
      );
      for (const [offset, value] of damage) memory.writeUInt32LE(value, blockPattern + offset);
      let taken = 0;
      walkBlock(memory, { start: blockPattern, end: 2 * blockPattern }, (_bytes, header, limit) => {
        taken++;
        assert.ok(header >= blockPattern && header + packetHeaderLength <= limit && limit === 2 * blockPattern);
      });
      assert.ok(taken <= blockPattern / packetHeaderLength);
    }),
    { numRuns: 2000 },
  );
});
