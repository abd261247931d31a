import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Linked, RecencyList } from '../../src/bytes/recency-list.ts';

interface Item extends Linked<Item> {}

function linked(): Item {
  return { older: undefined, newer: undefined };
}

function oldestFirst(list: RecencyList<Item>): Item[] {
  const all: Item[] = [];
  for (let each = list.oldest; each !== undefined; each = each.newer) all.push(each);
  return all;
}

test('the list keeps the order that an array would', () => {
  const step = fc.tuple(fc.constantFrom('append', 'remove', 'moveToEnd'), fc.nat());
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const list = new RecencyList<Item>();
      let naive: Item[] = [];
      for (const [action, pick] of steps) {
        const chosen = naive[pick % Math.max(1, naive.length)];
        if (action === 'append' || chosen === undefined) {
          const added = linked();
          list.append(added);
          naive.push(added);
        } else {
          naive = naive.filter((each) => each !== chosen);
          if (action === 'moveToEnd') naive.push(chosen);
          list[action as 'remove' | 'moveToEnd'](chosen);
        }
        assert.deepEqual(
          oldestFirst(list).map((each) => naive.indexOf(each)),
          [...naive.keys()],
        );
        assert.equal(list.size, naive.length);
      }
    }),
  );
});
