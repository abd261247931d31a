import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DeadlineQueue, type Due } from '../../src/bytes/deadline-queue.ts';

test('what is due first comes first, whatever is added, moved and removed', () => {
  const step = fc.record({ item: fc.nat(30), due: fc.option(fc.nat(100), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new DeadlineQueue();
      const items: Due[] = Array.from({ length: 31 }, () => ({ due: 0, duePlace: -1 }));
      const naive = new Map<Due, number>();
      for (const { item: index, due } of steps) {
        const item = items[index] as Due;
        if (due === undefined) {
          queue.remove(item);
          naive.delete(item);
        } else {
          queue.set(item, due);
          naive.set(item, due);
        }
        assert.equal(queue.size, naive.size);
        assert.equal(queue.first?.due, naive.size === 0 ? undefined : Math.min(...naive.values()));
      }
      const rest: number[] = [];
      for (let { first } = queue; first !== undefined; first = queue.first) {
        rest.push(first.due);
        queue.remove(first);
      }
      assert.deepEqual(
        rest,
        [...naive.values()].sort((a, b) => a - b),
      );
    }),
  );
});
