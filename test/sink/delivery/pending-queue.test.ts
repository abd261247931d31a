import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PendingBatch } from '../../../src/sink/delivery/pending-batch.ts';
import { PendingQueue } from '../../../src/sink/delivery/pending-queue.ts';

function pending(sequence: number, offset = 0): PendingBatch {
  return { sequence, offset, records: 1, since: 0, batch: undefined, entry: undefined, isAppending: false };
}

const order = (one: PendingBatch, other: PendingBatch) => one.sequence - other.sequence || one.offset - other.offset;

test('pending batches come out in their order, whatever was taken and put back, as from a list that is sorted', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constant('push' as const) },
    { weight: 4, arbitrary: fc.constant('take' as const) },
    fc.constantFrom('put back' as const, 'split' as const, 'remove' as const, 'take where' as const),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(step, fc.nat()), { maxLength: 200 }), (steps) => {
      const queue = new PendingQueue();
      let oracle: PendingBatch[] = [];
      const taken: PendingBatch[] = [];
      for (const [index, [kind, seed]] of steps.entries()) {
        const some = oracle[seed % Math.max(1, oracle.length)];
        const returned = taken[seed % Math.max(1, taken.length)];
        const putBack = (...batches: PendingBatch[]) => {
          oracle = [...oracle, ...batches].sort(order);
          for (const one of batches) queue.putBack(one);
        };
        if (kind === 'push') {
          queue.push(pending(index));
          oracle.push(pending(index));
        } else if (kind === 'take') {
          const first = queue.takeFirst();
          assert.deepEqual(first, oracle.shift());
          if (first !== undefined) taken.push(first);
        } else if (kind === 'remove' && some !== undefined) {
          const found = queue.find((one) => order(one, some) === 0);
          assert.deepEqual(found, some);
          if (found !== undefined) queue.remove(found);
          oracle = oracle.filter((one) => one !== some);
        } else if (kind === 'take where') {
          const isChosen = ({ sequence }: PendingBatch) => sequence % 7 === seed % 7;
          assert.deepEqual(queue.takeWhere(isChosen), oracle.filter(isChosen));
          oracle = oracle.filter((one) => !isChosen(one));
        } else if (returned !== undefined) {
          taken.splice(taken.indexOf(returned), 1);
          const { sequence, offset } = returned;
          if (kind === 'put back') putBack(returned);
          else putBack(pending(sequence, offset + 5), pending(sequence, offset));
        }
        assert.deepEqual([queue.length, queue.first], [oracle.length, oracle[0]]);
      }
    }),
    { numRuns: 500 },
  );
});

test('a long queue is emptied in order', () => {
  const queue = new PendingQueue();
  for (let index = 0; index < 10_000; index++) queue.push(pending(index));
  for (let index = 0; index < 10_000; index++) assert.equal(queue.takeFirst()?.sequence, index);
  assert.deepEqual([queue.length, queue.takeFirst()], [0, undefined]);
});
