import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { copyOverhead } from '../../../src/bytes/copy-bytes.ts';
import { HalfStream } from '../../../src/tcp/reassembly/half-stream.ts';
import type { HeldSegment } from '../../../src/tcp/reassembly/held-segments.ts';

function heldSegment(sequence: number, length: number): HeldSegment {
  const payload = { bytes: Buffer.alloc(length), payloadStart: 0, payloadEnd: length, truncatedBytes: 0 };
  return { sequence: sequence | 0, acknowledgment: undefined, ...payload, isFin: false, time: 0, since: 0 };
}

test('held segments come out in order of sequence, however they went in and out', () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.constant('remove' as const)), {
    maxLength: 600,
  });
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), steps, (base, todo) => {
      const stream = new HalfStream();
      let naive: HeldSegment[] = [];
      for (const step of todo) {
        if (step === 'remove') {
          assert.equal(stream.head, naive[0]);
          if (stream.head !== undefined) stream.remove(stream.head);
          naive = naive.slice(1);
          continue;
        }
        const added = heldSegment(base + step, 0);
        assert.equal(stream.insert(added), 0);
        naive.push(added);
        naive.sort((a, b) => ((a.sequence - base) | 0) - ((b.sequence - base) | 0));
      }
      assert.equal(stream.heldCost, naive.length * copyOverhead);
      assert.equal(stream.isHolding, naive.length > 0);
      for (const expected of naive) {
        assert.equal(stream.head, expected);
        stream.remove(expected);
      }
      assert.equal(stream.head, undefined);
      assert.equal(stream.heldCost, 0);
    }),
  );
});

test('what is new of a segment is kept, and costs what it holds', () => {
  const stream = new HalfStream();
  assert.equal(stream.insert(heldSegment(100, 50)), 50);
  assert.equal(stream.insert(heldSegment(100, 50)), 0);
  assert.equal(stream.insert(heldSegment(120, 30)), 0);
  assert.equal(stream.insert(heldSegment(120, 31)), 1);
  assert.equal(stream.insert(heldSegment(90, 20)), 10);
  assert.equal(stream.heldCost, 61 + 3 * copyOverhead);
  assert.equal(stream.clear(), 61);
  assert.equal(stream.heldCost, 0);
  assert.equal(stream.isHolding, false);
});

test('of bytes that come more than once the first copy stays, with what it acknowledged', () => {
  const segments = fc.array(fc.record({ at: fc.nat(60), length: fc.integer({ min: 1, max: 40 }) }), { maxLength: 20 });
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), segments, (base, sent) => {
      const stream = new HalfStream();
      stream.start(base);
      const naive = new Map<number, number>();
      sent.forEach(({ at, length }, index) => {
        const places = Array.from({ length }, (_, offset) => at + offset).filter((place) => !naive.has(place));
        for (const place of places) naive.set(place, index);
        const bytes = Buffer.alloc(length, index);
        const segment = { ...heldSegment(base + at, length), bytes, acknowledgment: index, truncatedBytes: index };
        assert.equal(stream.insert(segment), places.length);
      });
      const kept: [place: number, first: number][] = [];
      for (let { head } = stream; head !== undefined; head = stream.head) {
        const { bytes, acknowledgment = -1, payloadStart, payloadEnd } = head;
        assert.deepEqual([payloadStart, payloadEnd, bytes.buffer.byteLength], [0, bytes.length, bytes.length]);
        const start = (head.sequence - base) | 0;
        const { at, length } = sent[acknowledgment] ?? { at: 0, length: 0 };
        assert.equal(head.truncatedBytes, start + bytes.length === at + length ? acknowledgment : 0);
        for (const [offset, byte] of bytes.entries()) {
          assert.equal(byte, acknowledgment);
          kept.push([start + offset, acknowledgment]);
        }
        stream.remove(head);
      }
      assert.deepEqual(
        kept,
        [...naive].sort(([a], [b]) => a - b),
      );
      assert.equal(stream.heldCost, 0);
    }),
  );
});

test('of a side that is joined, copies that contradict each other are not kept where they do', () => {
  const stream = new HalfStream();
  assert.equal(stream.insert({ ...heldSegment(100, 10), bytes: Buffer.from('abcdefghij') }), 10);
  assert.equal(stream.insert({ ...heldSegment(103, 4), bytes: Buffer.from('def!') }), -4);
  assert.equal(stream.insert({ ...heldSegment(108, 4), bytes: Buffer.from('??kl') }), 0);
  const held: string[] = [];
  for (let { head } = stream; head !== undefined; head = stream.head) {
    held.push(`${head.sequence} ${head.bytes}`);
    stream.remove(head);
  }
  assert.deepEqual(held, ['100 abc', '107 h', '110 kl']);
  assert.equal(stream.heldCost, 0);
});

test('the highest acknowledgment is kept, and the first one', () => {
  const stream = new HalfStream();
  for (const acknowledgment of [0x7fff_fff0, -0x7fff_fff0, 0x7fff_fff8]) stream.noteAcknowledgment(acknowledgment);
  assert.equal(stream.firstAcknowledged, 0x7fff_fff0);
  assert.equal(stream.acknowledged, -0x7fff_fff0);
});
