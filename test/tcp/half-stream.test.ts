import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { copyOverhead } from '../../src/bytes/copy-bytes.ts';
import { HalfStream, type Piece } from '../../src/tcp/half-stream.ts';

function piece(sequence: number, length: number): Piece {
  return { sequence: sequence | 0, acknowledgment: undefined, bytes: Buffer.alloc(length), time: 0, missingBytes: 0 };
}

test('pieces come out in order of sequence, however they went in and out', () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.constant('remove' as const)), {
    maxLength: 600,
  });
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), steps, (base, todo) => {
      const stream = new HalfStream();
      let naive: Piece[] = [];
      for (const step of todo) {
        if (step === 'remove') {
          assert.equal(stream.head, naive[0]);
          stream.removeHead();
          naive = naive.slice(1);
          continue;
        }
        const added = piece(base + step, 0);
        assert.ok(stream.insert(added));
        naive.push(added);
        naive.sort((a, b) => ((a.sequence - base) | 0) - ((b.sequence - base) | 0));
      }
      assert.equal(stream.heldCost, naive.length * copyOverhead);
      assert.equal(stream.isHolding, naive.length > 0);
      for (const expected of naive) {
        assert.equal(stream.head, expected);
        stream.removeHead();
      }
      assert.equal(stream.head, undefined);
      assert.equal(stream.heldCost, 0);
    }),
  );
});

test('a piece within one that is held is refused; others are kept and cost what they hold', () => {
  const stream = new HalfStream();
  assert.ok(stream.insert(piece(100, 50)));
  assert.equal(stream.insert(piece(100, 50)), false);
  assert.equal(stream.insert(piece(120, 30)), false);
  assert.ok(stream.insert(piece(120, 31)));
  assert.ok(stream.insert(piece(90, 20)));
  assert.equal(stream.heldCost, 101 + 3 * copyOverhead);
  assert.equal(stream.clear(), 101);
  assert.equal(stream.heldCost, 0);
  assert.equal(stream.isHolding, false);
});

test('the highest acknowledgment is kept, and the first one', () => {
  const stream = new HalfStream();
  for (const acknowledgment of [0x7fff_fff0, -0x7fff_fff0, 0x7fff_fff8]) stream.noteAcknowledgment(acknowledgment);
  assert.equal(stream.firstAcknowledged, 0x7fff_fff0);
  assert.equal(stream.acknowledged, -0x7fff_fff0);
});
