import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimeoutQueue, type WaitingExchange } from '../../src/exchange/timeout-queue.ts';
import { answer, get, head, Playbook, post } from '../support/http1/playbook.ts';
import { createRandom, randomInteger } from '../support/program/random.ts';

const second = 1_000_000;

test('a request times out at the first look after its time, by the capture clock alone', () => {
  const playbook = new Playbook({ timeoutMs: 10_000, timeoutCheckMs: 2000 }).client(get('/a'));
  const { timeouts, lines } = playbook;
  for (const time of [1, 3, 5, 7, 9, 10.0009]) timeouts.tick(time * second);
  assert.deepEqual(lines, []);
  timeouts.tick(10.001 * second);
  assert.deepEqual(lines, [], 'the last look was less than two seconds ago');
  timeouts.tick(11 * second);
  assert.deepEqual(lines, ['GET /a - timeout']);
  timeouts.tick(100 * second);
  assert.equal(lines.length, 1);
});

test('a request that runs out of time just behind an RST has been reset', () => {
  const playbook = new Playbook().client(get('/a'));
  playbook.connection.isReset = true;
  assert.deepEqual(playbook.wait(20_000).lines, ['GET /a - reset']);
});

test('a late response is told of and counted, and given to nobody else', () => {
  const playbook = new Playbook().client(get('/slow')).wait(20_000).client(get('/next'));
  playbook.server(answer(200, 'late') + answer(201, 'next'));
  assert.deepEqual(playbook.lines, [
    'GET /slow - timeout',
    'GET /slow 200 answered received 4 late',
    'GET /next 201 answered received 4',
  ]);
  assert.equal(playbook.counters.http_late_responses, 1);
  assert.equal(playbook.counted, 2, 'an exchange counts once');
  assert.equal(playbook.timeouts.size, 0);
});

test('a late response that comes alone', () => {
  const playbook = new Playbook().client(get('/slow')).wait(20_000).server(head(100)).server(answer(200, 'late'));
  playbook.client(get('/next')).server(answer(201, ''));
  assert.deepEqual(playbook.lines, [
    'GET /slow - timeout',
    'GET /slow 200 answered after 100 received 4 late',
    'GET /next 201 answered',
  ]);
  assert.equal(playbook.connection.heldBytes, 0);
});

test('a late answer to HEAD has no body, a late one to CONNECT opens the tunnel', () => {
  const playbook = new Playbook().client('HEAD /slow HTTP/1.1\r\n\r\n').wait(20_000);
  playbook
    .server(head(200, 'Content-Length: 5'))
    .client('CONNECT b:443 HTTP/1.1\r\n\r\n')
    .wait(20_000)
    .server(head(200));
  assert.deepEqual(playbook.lines, [
    'HEAD /slow - timeout',
    'HEAD /slow 200 answered late',
    'CONNECT b:443 - timeout',
    'CONNECT b:443 200 answered late',
  ]);
  assert.equal(playbook.counters.http_tunnels, 1);
  playbook.client('x').close('finished');
  assert.deepEqual(
    playbook.sessions.map(({ type, client }) => [type, client.bytes]),
    [['tunnel', 1]],
  );
});

test('a response that has begun does not time out', () => {
  const playbook = new Playbook().client(get('/a')).server(answer(200, 'slow').slice(0, -1)).wait(60_000).server('w');
  assert.deepEqual(playbook.lines, ['GET /a 200 answered received 4']);
});

test('an upload and interim answers are signs of life', () => {
  const playbook = new Playbook().client(post('/a', 'x'.repeat(10)).slice(0, -10));
  for (let sent = 0; sent < 10; sent++) playbook.wait(9000).client('x');
  playbook.wait(9000).server(head(102)).wait(9000).server(head(102)).wait(9000);
  assert.deepEqual(playbook.lines, []);
  playbook.wait(4000);
  assert.deepEqual(playbook.lines, ['POST /a - timeout after 102,102 sent 10']);
});

test('after a timeout, the end of the connection is not told again', () => {
  for (const reason of ['reset', 'finished', 'shutdown'] as const) {
    const playbook = new Playbook().client(get('/a')).wait(20_000).close(reason);
    assert.deepEqual(playbook.lines, ['GET /a - timeout']);
    assert.equal(playbook.connection.heldBytes, 0);
  }
});

test('a request that timed out and then lost its place is not counted as unpaired', () => {
  const playbook = new Playbook().client(get('/a')).wait(20_000).gap(1, 10);
  assert.deepEqual(playbook.lines, ['GET /a - timeout']);
  assert.equal(playbook.counters.http_unpaired_requests, 0);
});

/** Notes that it has expired. */
class Waiting implements WaitingExchange {
  lastActivity = 0;
  queuedTime = 0;
  isQueued = false;
  due = 0;
  duePlace = -1;
  older: WaitingExchange | undefined;
  newer: WaitingExchange | undefined;
  readonly #expired: Set<Waiting>;

  constructor(expired: Set<Waiting>) {
    this.#expired = expired;
  }

  expire(): void {
    this.#expired.add(this);
  }
}

/** The same by definition: every waiting exchange is looked at every time. */
class NaiveQueue {
  readonly waiting = new Map<Waiting, number>();
  /** Those with deadlines of their own. */
  readonly deadlines = new Map<Waiting, number>();
  readonly #timeout: number;

  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  expired(now: number): Waiting[] {
    const over = [...this.waiting]
      .filter(([, lastActivity]) => now - lastActivity >= this.#timeout)
      .map(([each]) => each);
    for (const each of over) this.waiting.delete(each);
    return over;
  }

  /** In the order of their deadlines. */
  overdue(now: number): Waiting[] {
    const over = [...this.deadlines].filter(([, deadline]) => deadline <= now).sort(([, a], [, b]) => a - b);
    for (const [each] of over) this.deadlines.delete(each);
    return over.map(([each]) => each);
  }
}

test('the queue finds exactly those that a look at all would find', () => {
  const random = createRandom(11);
  for (let round = 0; round < 200; round++) {
    const queue = new TimeoutQueue({ timeoutMs: 100, timeoutCheckMs: 20 });
    const naive = new NaiveQueue(100_000);
    const found = new Set<Waiting>();
    let nextLook = 0;
    for (let now = 0; now < 600_000; now += randomInteger(random, 0, 9000)) {
      const alive = [...naive.waiting.keys(), ...naive.deadlines.keys()];
      const chosen = alive[randomInteger(random, 0, alive.length)];
      const what = random();
      if (what < 0.1) {
        const exchange = new Waiting(found);
        const deadline = random() < 0.1 ? Number.POSITIVE_INFINITY : now + randomInteger(random, 0, 300_000);
        queue.addUntil(exchange, deadline);
        naive.deadlines.set(exchange, deadline);
      } else if (what < 0.3 || chosen === undefined) {
        const exchange = new Waiting(found);
        exchange.lastActivity = now;
        queue.add(exchange);
        naive.waiting.set(exchange, now);
      } else if (what < 0.8) {
        queue.noteActivity(chosen, now);
        if (naive.waiting.has(chosen)) naive.waiting.set(chosen, now);
      } else if (what < 0.85) {
        queue.remove(chosen);
        naive.waiting.delete(chosen);
        naive.deadlines.delete(chosen);
      }
      found.clear();
      queue.tick(now);
      const overdue = now >= nextLook ? naive.overdue(now) : [];
      const expected = now >= nextLook ? naive.expired(now) : [];
      if (now >= nextLook) nextLook = now + 20_000;
      assert.deepEqual([...found], [...overdue, ...expected.sort((a, b) => a.queuedTime - b.queuedTime)]);
      assert.equal(queue.size, naive.waiting.size + naive.deadlines.size);
    }
  }
});

test('what was seen of an exchange that waits no more does not put it back', () => {
  const queue = new TimeoutQueue({ timeoutMs: 1, timeoutCheckMs: 1 });
  const expired = new Set<Waiting>();
  const exchange = new Waiting(expired);
  queue.add(exchange);
  queue.remove(exchange);
  queue.noteActivity(exchange, second);
  queue.tick(10 * second);
  assert.deepEqual([queue.size, expired.size], [0, 0]);
});

test('when the clock is set back by hours, requests time out all the same', () => {
  const playbook = new Playbook({ timeoutMs: 10_000, timeoutCheckMs: 2000 }).client(get('/a'));
  const { timeouts, lines } = playbook;
  timeouts.tick(7200 * second);
  const later = new Playbook({ timeoutMs: 10_000, timeoutCheckMs: 2000 });
  assert.deepEqual(lines, ['GET /a - timeout']);
  later.wait(7_200_000).client(get('/b'));
  later.wait(-3_600_000).wait(9000);
  assert.deepEqual(later.lines, []);
  later.wait(3000);
  assert.deepEqual(later.lines, ['GET /b - timeout']);
});
