// A thousand loggers and one log server that is away for a while and comes back: each uses it again soon, but not all
// in the same second. Played with the product's own circuits and a clock of the test.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { loadSettings } from '../../../src/config/settings.ts';
import { createSinkAccount } from '../../../src/sink/account.ts';
import { Backoff } from '../../../src/sink/delivery/backoff.ts';
import { Circuit } from '../../../src/sink/delivery/circuit.ts';
import type { Log } from '../../../src/telemetry/log.ts';
import { createRandom, type Random } from '../../support/program/random.ts';

const senders = 1000;

type Event = { readonly at: number; readonly run: () => void };

/** Runs what is due, in order of time; a heap, because there are hundreds of thousands of timers. */
class Clock {
  now = 0;
  readonly #heap: Event[] = [];

  after(ms: number, run: () => void): void {
    const heap = this.#heap;
    heap.push({ at: this.now + ms, run });
    for (let index = heap.length - 1, parent = (index - 1) >> 1; index > 0; index = parent, parent = (index - 1) >> 1) {
      if (!this.#swapped(parent, index)) break;
    }
  }

  run(untilMs: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.at <= untilMs; next = this.#heap[0]) {
      this.now = next.at;
      this.#removeFirst();
      next.run();
    }
    this.now = untilMs;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return;
    heap[0] = last;
    for (let index = 0; 2 * index + 1 < heap.length; ) {
      const left = 2 * index + 1;
      const child = (heap[left + 1]?.at ?? Number.POSITIVE_INFINITY) < (heap[left]?.at ?? 0) ? left + 1 : left;
      if (!this.#swapped(index, child)) break;
      index = child;
    }
  }

  /** Puts the earlier one above. */
  #swapped(above: number, below: number): boolean {
    const [one, other] = [this.#heap[above], this.#heap[below]];
    if (one === undefined || other === undefined || one.at <= other.at) return false;
    this.#heap[above] = other;
    this.#heap[below] = one;
    return true;
  }
}

/** The clock that the product sees. Not with `t.mock`, which remembers every call. */
function fakeClock(t: TestContext, random: Random): Clock {
  const clock = new Clock();
  const replaced = { random: Math.random, now: performance.now, setTimeout };
  t.after(() => {
    Math.random = replaced.random;
    performance.now = replaced.now;
    globalThis.setTimeout = replaced.setTimeout;
  });
  Math.random = random;
  performance.now = () => clock.now;
  const after = (run: () => void, ms: number) => clock.after(ms, run);
  globalThis.setTimeout = after as unknown as typeof setTimeout;
  return clock;
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** How the server fails while it is away: after how long, and with which wish. */
type Failing = { readonly tookMs?: number; readonly afterMs?: number; readonly state?: 'failing' | 'misconfigured' };

/** When each sender is connected again, milliseconds after the return, and how often they tried before. */
function play(clock: Clock, random: Random, outageMs: number, { tookMs = 0, afterMs = 0, state = 'failing' }: Failing) {
  const loaded = loadSettings({});
  assert.ok(loaded.kind === 'ok');
  const { queue } = loaded.settings.delivery;
  const back: number[] = [];
  let attempts = 0;
  for (let sender = 0; sender < senders; sender++) {
    const attempt = () => {
      const began = circuit.begin();
      attempts++;
      if (clock.now < outageMs) {
        clock.after(tookMs, () => circuit.failed(began, state, { reason: 'away', afterMs }));
      } else {
        back.push(clock.now - outageMs);
        circuit.succeeded(began);
      }
    };
    const reporting = { name: 'sink', account: createSinkAccount(), log: silent };
    const circuit = new Circuit(reporting, queue, attempt);
    // Records are sent twice a second.
    clock.after(random() * 500, attempt);
  }
  clock.run(outageMs + 60_000);
  return { back: back.toSorted((one, other) => one - other), attempts: attempts - senders };
}

/** The most of these times that are in any second. */
function mostInASecond(times: readonly number[]): number {
  let most = 0;
  for (let first = 0, index = 0; index < times.length; index++) {
    while ((times[index] ?? 0) - (times[first] ?? 0) >= 1000) first++;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

describe('a thousand senders after an outage', () => {
  const cases: readonly (readonly [title: string, outageS: number, Failing])[] = [
    ['of 5 s', 5, {}],
    ['of 10 s', 10, {}],
    ['of 40 s', 40, {}],
    ['of 40 s in which a proxy refuses', 40, { state: 'misconfigured' }],
    ['of 10 s in which nothing answers for 3 s', 10, { tookMs: 3000 }],
    ['of 40 s in which nothing answers for 1 s', 40, { tookMs: 1000 }],
    ['of 40 s in which nothing answers for 3 s', 40, { tookMs: 3000 }],
    ['of 5 min', 300, {}],
    ['of 2 h', 7200, {}],
  ];
  for (const [title, outageS, failing] of cases) {
    test(`${title} are all back within 10 s, at most a fifth of them in any second`, (t) => {
      const random = createRandom(outageS);
      const { back, attempts } = play(fakeClock(t, random), random, outageS * 1000, failing);
      assert.equal(back.length, senders);
      const last = back.at(-1) ?? 0;
      assert.ok(last <= 10_000, `the last one after ${last} ms`);
      assert.ok(mostInASecond(back) <= senders / 5, `${mostInASecond(back)} in a second`);
      // A few at first, then less than one in six seconds.
      const most = senders * (4 + outageS / 6);
      assert.ok(attempts <= most, `${attempts} attempts, more than ${most}`);
    });
  }

  test('that has asked all of them at once to come again after 40 s, too', (t) => {
    const random = createRandom(1);
    const { back } = play(fakeClock(t, random), random, 600, { afterMs: 40_000 });
    assert.ok((back[0] ?? 0) >= 39_000 && (back.at(-1) ?? 0) <= 50_000, `${back[0]} to ${back.at(-1)}`);
    assert.ok(mostInASecond(back) <= senders / 5, `${mostInASecond(back)} in a second`);
  });

  test('of a preferred server come back to it one after the other, for as long as another one works', () => {
    const random = createRandom(2);
    const back = Array.from({ length: senders }, () => {
      // As src/sink/fluentd/fluentd-servers.ts makes it.
      const backoff = new Backoff(1800, 9000, random);
      let at = 0;
      while (at < 40_000) at += backoff.next();
      return at - 40_000;
    }).toSorted((one, other) => one - other);
    assert.ok((back.at(-1) ?? 0) <= 10_000 && mostInASecond(back) <= senders / 5, String(mostInASecond(back)));
  });
});
