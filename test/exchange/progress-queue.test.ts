import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type LastingExchange, type ProgressPlace, ProgressQueue } from '../../src/exchange/progress-queue.ts';
import { createRandom, randomInteger } from '../support/program/random.ts';

const second = 1_000_000;
const interval = 60 * second;

/** Notes when it was told. */
class Lasting implements LastingExchange {
  readonly told: number[] = [];

  tellProgress(time: number): void {
    this.told.push(time);
  }
}

function makeQueue(intervalMs = 60_000) {
  const counters = { progress_left_out: 0 };
  return { queue: new ProgressQueue(intervalMs, counters), counters };
}

/** The same by definition: every exchange is looked at every time. */
class NaiveQueue {
  readonly since = new Map<Lasting, number>();

  due(now: number): Lasting[] {
    const due = [...this.since].filter(([, time]) => now - time >= interval).map(([each]) => each);
    for (const each of due) this.since.set(each, now);
    return due;
  }
}

test('an exchange is told after each interval, and exactly those are that a look at all would find', () => {
  const random = createRandom(17);
  for (let round = 0; round < 50; round++) {
    const { queue, counters } = makeQueue();
    const naive = new NaiveQueue();
    const places = new Map<Lasting, ProgressPlace | undefined>();
    const all: Lasting[] = [];
    for (let now = 0; now < 20 * interval; now += randomInteger(random, 1, 12 * second)) {
      const what = random();
      if (what < 0.3) {
        const exchange = new Lasting();
        all.push(exchange);
        naive.since.set(exchange, now);
        places.set(exchange, queue.add(exchange, now));
      } else if (what < 0.35 && places.size > 0) {
        const [chosen, place] = [...places][randomInteger(random, 0, places.size)] as [Lasting, ProgressPlace];
        queue.remove(place);
        places.delete(chosen);
        naive.since.delete(chosen);
      }
      queue.tick(now);
      const due = naive.due(now);
      const numbers = (those: readonly Lasting[]) => those.map((each) => all.indexOf(each)).sort((a, b) => a - b);
      assert.deepEqual(numbers(all.filter(({ told }) => told.at(-1) === now)), numbers(due));
      assert.equal(queue.size, places.size);
    }
    assert.equal(counters.progress_left_out, 0);
    assert.ok(all.some(({ told }) => told.length > 3));
  }
});

describe('more than 100 in a second', () => {
  test('wait their turn: all of them are told, each as often as the others, and what is left out is counted', () => {
    const { queue, counters } = makeQueue(1000);
    const all = Array.from({ length: 1000 }, () => new Lasting());
    for (const each of all) queue.add(each, 0);
    for (let now = 0; now < 101 * second; now += 100_000) queue.tick(now);
    const told = all.map((each) => each.told.length);
    assert.equal(Math.min(...told), 10);
    assert.equal(Math.max(...told), 10);
    const perSecond = new Map<number, number>();
    for (const time of all.flatMap((each) => each.told)) {
      const at = Math.floor(time / second);
      perSecond.set(at, (perSecond.get(at) ?? 0) + 1);
    }
    assert.deepEqual([...new Set(perSecond.values())], [100]);
    const possible = all.length * 100;
    const waiting = all.map(({ told: times }) => Math.floor((100.9 * second - (times.at(-1) ?? 0)) / second));
    assert.equal(counters.progress_left_out, possible - told.reduce((a, b) => a + b) - waiting.reduce((a, b) => a + b));
  });

  test('that end while they wait are counted, too, as those are not that end in time', () => {
    const { queue, counters } = makeQueue(1000);
    const places = Array.from({ length: 300 }, () => queue.add(new Lasting(), 0));
    queue.tick(second);
    for (const place of places.slice(0, 150)) queue.remove(place as ProgressPlace);
    assert.equal(counters.progress_left_out, 50);
  });
});

test('a silence of the capture is told of once, and nothing was left out', () => {
  const { queue, counters } = makeQueue();
  const exchange = new Lasting();
  queue.add(exchange, 0);
  queue.tick(10 * interval);
  queue.tick(10.5 * interval);
  assert.deepEqual(exchange.told, [10 * interval]);
  queue.tick(11 * interval);
  assert.deepEqual(exchange.told, [10 * interval, 11 * interval]);
  assert.equal(counters.progress_left_out, 0);
});

test('when the clock is set back by hours, an exchange is told all the same, with the time of the capture', () => {
  const { queue } = makeQueue();
  const exchange = new Lasting();
  queue.tick(100 * interval);
  queue.add(exchange, 100 * interval);
  for (const time of [40, 40.5, 40.9]) queue.tick(time * interval);
  assert.deepEqual(exchange.told, []);
  queue.tick(41 * interval);
  assert.deepEqual(exchange.told, [41 * interval]);
});

test('with an interval of 0 nothing takes a place', () => {
  const { queue } = makeQueue(0);
  const exchange = new Lasting();
  assert.equal(queue.add(exchange, 0), undefined);
  queue.tick(1e15);
  assert.deepEqual([queue.size, exchange.told], [0, []]);
});
