import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createSinkAccount } from '../../../src/sink/account.ts';
import { Circuit } from '../../../src/sink/delivery/circuit.ts';
import { LogLines } from '../../support/program/log-lines.ts';

/** A circuit whose clock and timers the test moves on; its waits are 100 ms. */
function setUp(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const account = createSinkAccount();
  const lines = new LogLines();
  let retries = 0;
  const limits = { retryMinMs: 100, retryMaxMs: 100 };
  const tick = (ms: number) => {
    now += ms;
    t.mock.timers.tick(ms);
  };
  const circuit = new Circuit({ name: 'sink', account, log: lines.log }, limits, () => retries++);
  return { circuit, account, lines, retries: () => retries, tick };
}

const refused = { reason: 'ECONNREFUSED' };

test('after a failure nothing is sent, then one batch, and after its success all', (t) => {
  const { circuit, account, retries, tick } = setUp(t);
  assert.equal(circuit.allows(4), 4);
  circuit.failed(circuit.begin(), 'failing', refused);
  assert.deepEqual([circuit.allows(4), account.state, account.lastError], [0, 'failing', 'ECONNREFUSED']);
  tick(99);
  assert.deepEqual([circuit.allows(4), retries()], [0, 0]);
  tick(1);
  assert.deepEqual([circuit.allows(4), circuit.isProbing, retries()], [1, true, 1]);
  circuit.succeeded(circuit.begin());
  assert.deepEqual([circuit.allows(4), circuit.isProbing, account.state], [4, false, 'working']);
});

test('attempts that began before a failure change nothing when they end', (t) => {
  const { circuit, account, lines, retries, tick } = setUp(t);
  const [one, two, three] = [circuit.begin(), circuit.begin(), circuit.begin()];
  circuit.failed(one, 'failing', refused);
  circuit.failed(two, 'failing', { reason: 'ECONNRESET' });
  circuit.succeeded(three);
  assert.deepEqual([circuit.allows(4), account.state, account.lastError], [0, 'failing', 'ECONNRESET']);
  tick(100);
  assert.equal(retries(), 1);
  assert.equal(lines.all.length, 1);
});

test('each change of state is said in one line, failures in between are not', (t) => {
  const { circuit, account, lines, tick } = setUp(t);
  account.queued = 7;
  for (let failure = 0; failure < 5; failure++) {
    circuit.failed(circuit.begin(), 'failing', { reason: `failure ${failure}` });
    tick(100);
  }
  circuit.failed(circuit.begin(), 'misconfigured', { reason: 'wrong password' });
  tick(30_000);
  circuit.failed(circuit.begin(), 'misconfigured', { reason: 'wrong password' });
  tick(30_000);
  circuit.succeeded(circuit.begin());
  circuit.succeeded(circuit.begin());
  assert.deepEqual(lines.all, [
    'warn  sink does not take records: failure 0; trying again',
    'error sink will not take records until its configuration is corrected: wrong password',
    'info  sink takes records again after 61 s; 7 are waiting',
  ]);
});

test('the server says how long to wait, within reason; it waits no less, and no less than without it', (t) => {
  t.mock.method(Math, 'random', () => 0);
  const { circuit, retries, tick } = setUp(t);
  const waits: readonly (readonly [asked: number, waits: number])[] = [
    [5000, 5000],
    [1, 100],
    [0, 100],
    [Number.MAX_SAFE_INTEGER, 300_000],
  ];
  for (const [index, [afterMs, expected]] of waits.entries()) {
    circuit.failed(circuit.begin(), 'failing', { ...refused, afterMs });
    tick(expected - 1);
    assert.equal(retries(), index);
    tick(1);
    assert.equal(retries(), index + 1);
  }
});

test('what a server asks of all its clients is spread, by as much again or by the longest wait', (t) => {
  t.mock.method(Math, 'random', () => 1);
  const { circuit, retries, tick } = setUp(t);
  for (const [index, [afterMs, waits]] of [
    [80, 160],
    [5000, 5100],
  ].entries()) {
    circuit.failed(circuit.begin(), 'failing', { ...refused, afterMs: afterMs ?? 0 });
    tick((waits ?? 0) - 1);
    assert.equal(retries(), index);
    tick(1);
    assert.equal(retries(), index + 1);
  }
});

test('a wrong configuration is tried like a server that is away: a proxy may refuse for it', (t) => {
  const { circuit, retries, tick } = setUp(t);
  circuit.failed(circuit.begin(), 'misconfigured', { reason: 'wrong password' });
  tick(99);
  assert.equal(retries(), 0);
  tick(1);
  assert.equal(retries(), 1);
});

test('the wait is shorter by what an attempt took, but never short', (t) => {
  const { circuit, retries, tick } = setUp(t);
  for (const [index, [tookMs, waits]] of [
    [30, 70],
    [80, 60],
  ].entries()) {
    const clock = t.mock.method(performance, 'now', () => 1000);
    const attempt = circuit.begin();
    clock.mock.mockImplementation(() => 1000 + (tookMs ?? 0));
    circuit.failed(attempt, 'failing', refused);
    tick((waits ?? 0) - 1);
    assert.equal(retries(), index);
    tick(1);
    assert.equal(retries(), index + 1);
    clock.mock.restore();
  }
});

test('in a hurry it tries at once, and waits at most a second from then on', (t) => {
  const { circuit, retries, tick } = setUp(t);
  circuit.failed(circuit.begin(), 'failing', { ...refused, afterMs: 60_000 });
  circuit.hurry();
  assert.equal(retries(), 1);
  circuit.failed(circuit.begin(), 'failing', { ...refused, afterMs: 60_000 });
  tick(1000);
  assert.equal(retries(), 2);
  tick(100_000);
  assert.equal(retries(), 2);
});

test('a server that comes and goes is sent to at once, and believed later each time', (t) => {
  const { circuit, account, lines, tick } = setUp(t);
  for (let round = 0; round < 20; round++) {
    circuit.failed(circuit.begin(), 'failing', refused);
    tick(100);
    circuit.succeeded(circuit.begin());
    assert.equal(circuit.allows(4), 4);
  }
  assert.equal(account.state, 'failing');
  assert.equal(lines.all.length, 3, lines.all.join('\n'));
});

test('once stopped it starts nothing any more', (t) => {
  const { circuit, retries, tick } = setUp(t);
  circuit.failed(circuit.begin(), 'failing', refused);
  circuit.stop();
  circuit.failed(circuit.begin(), 'failing', refused);
  tick(100_000);
  assert.deepEqual([retries(), circuit.allows(4)], [0, 0]);
});
