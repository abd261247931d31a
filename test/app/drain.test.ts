import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drained, longestDrainMs } from '../../src/app/drain.ts';

/** What a pod does after SIGTERM, milliseconds after it. */
type Pod = {
  readonly graceMs?: number;
  /** Until when another process listens; never known if it is left out. */
  readonly listensUntil?: number;
  /** Exchanges: when each begins and ends. */
  readonly exchanges?: readonly (readonly [begins: number, ends: number])[];
  /** When somebody asks once more. */
  readonly abortedAt?: number;
};

/** Plays it, with a clock of its own. Returns when the capture ended, and why. */
async function play({ graceMs = 25_000, listensUntil, exchanges = [], abortedAt }: Pod) {
  let time = 0;
  const abort = new AbortController();
  const why = await drained({
    graceMs,
    exchanges: {
      get size() {
        return exchanges.filter(([begins, ends]) => begins <= time && time < ends).length;
      },
      get begun() {
        return exchanges.filter(([begins]) => begins <= time).length;
      },
    },
    hasForeignSockets: async () => {
      if (listensUntil === undefined) throw new Error('no /proc');
      return time < listensUntil;
    },
    signal: abort.signal,
    clock: {
      now: () => time,
      wait: async (ms) => {
        assert.ok(ms > 0 && ms <= 100);
        time += ms;
        if (abortedAt !== undefined && time >= abortedAt) abort.abort();
      },
    },
  });
  return { ended: time, why };
}

const every3s = Array.from({ length: 10 }, (_, index) => [index * 3000, index * 3000 + 10] as const);

test('a native sidecar, which is told last, is done within half a second', async () => {
  const { ended, why } = await play({ listensUntil: 0 });
  assert.ok(ended <= 500, `${ended}`);
  assert.match(why, /no other process/);
});

test('an application that serves a request every 3 s for 13 s is heard to its end', async () => {
  const { ended, why } = await play({ listensUntil: 13_000, exchanges: every3s.slice(0, 5) });
  assert.ok(ended >= 13_000 && ended <= 13_500, `${ended}`);
  assert.match(why, /no other process/);
});

test('a request that is still being answered when the last listener is gone is heard to its end', async () => {
  const { ended } = await play({ listensUntil: 1000, exchanges: [[500, 8000]] });
  assert.ok(ended >= 8000 && ended <= 8600, `${ended}`);
});

test('a second sidecar that goes on listening is not waited for longer than 5 s without an exchange', async () => {
  const { ended, why } = await play({ listensUntil: 1e9, exchanges: [[2000, 2050]] });
  assert.ok(ended >= 7000 && ended <= 7200, `${ended}`);
  assert.match(why, /no exchange for 5 s/);
});

test('where /proc does not tell who listens, exchanges alone decide', async () => {
  const { ended, why } = await play({ exchanges: [[1000, 3000]] });
  assert.ok(ended >= 8000 && ended <= 8200, `${ended}`);
  assert.match(why, /no exchange for 5 s/);
});

test('exchanges that never end leave delivery 5 s, or half of a short grace', async () => {
  for (const [graceMs, longest] of [
    [25_000, 20_000],
    [8000, 4000],
    [10, 5],
    [0, 0],
  ] as const) {
    assert.equal(longestDrainMs(graceMs), longest);
    const { ended, why } = await play({ graceMs, listensUntil: 1e9, exchanges: [[0, 1e9]] });
    assert.equal(ended, longest);
    assert.match(why, /for delivery/);
  }
});

test('whoever asks once more is obeyed at once', async () => {
  const { ended } = await play({ listensUntil: 1e9, exchanges: [[0, 1e9]], abortedAt: 1300 });
  assert.equal(ended, 1300);
});
