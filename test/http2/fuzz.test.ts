import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { CloseReason } from '../../src/tcp/stream.ts';
import type { Playbook } from '../support/http1/playbook.ts';
import { answered, recordedSession, type Written } from '../support/http2/recorded-session.ts';
import { mutated } from '../support/program/mutate.ts';
import { createRandom, type Random, randomInteger } from '../support/program/random.ts';
import { detect } from '../support/stream/detected.ts';

const closeReasons: readonly CloseReason[] = ['finished', 'reset', 'idle', 'shutdown', 'replaced', 'evicted_memory'];

let session: readonly Written[] = [];

before(async () => {
  session = await recordedSession(
    (stream, { ':path': path = '' }) => {
      if (path.startsWith('/reset')) return stream.close(2);
      stream.resume();
      stream.respond({ ':status': 200, 'x-path': path }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'x-path': path }));
      return stream.end('b'.repeat(path.length * 100));
    },
    async (client) => {
      const calls = ['/a', '/reset/b', '/c/d?e=f', '/g'].flatMap((path) => [
        answered(client.request({ ':path': path })),
        answered(client.request({ ':path': path, ':method': 'POST', 'x-long': 'l'.repeat(3000) }), 'body'.repeat(50)),
      ]);
      await Promise.all(calls.map((call) => call.catch(() => {})));
    },
  );
});

const limits = { maxHeadBytes: 4096, bodyLimitBytes: 256, timeoutMs: 50, timeoutCheckMs: 10 };

/** Plays the parts in their order, in random pieces, some of them mutated or lost. */
function playWildly(random: Random): Playbook {
  const playbook = detect(limits);
  const isHarmed = random() < 0.8;
  for (const { side, bytes } of session) {
    const sent = isHarmed && random() < 0.1 ? mutated(bytes, random) : bytes;
    for (let at = 0; at < sent.length; ) {
      const size = random() < 0.5 ? sent.length : randomInteger(random, 1, 80);
      const what = random();
      if (isHarmed && what < 0.01) playbook.gap(side, Math.min(size, sent.length - at));
      else playbook.data(side, sent.subarray(at, at + size));
      at += size;
      if (what > 0.99) playbook.wait(randomInteger(random, 1, 100));
    }
  }
  for (const side of [0, 1] as const) if (random() < 0.3) playbook.end(side);
  return playbook.close(closeReasons[randomInteger(random, 0, closeReasons.length)] ?? 'finished');
}

test('whatever comes, nothing fails, nothing is kept, and nothing is told that was not said', () => {
  const random = createRandom(17);
  const said = session.map(({ bytes }) => bytes.toString('latin1')).join('');
  for (let run = 0; run < 400; run++) {
    const playbook = playWildly(random);
    const { connection, exchanges, timeouts } = playbook;
    assert.equal(connection.heldBytes, 0);
    assert.equal(connection.underWay, 0);
    assert.equal(timeouts.size, 0);
    assert.equal(playbook.counted + playbook.counters.http_late_responses, exchanges.length);
    assert.ok(connection.maxHeldBytes < 2 * said.length + 700 * (exchanges.length + 1) + 3 * 65_536);
    for (const { request, response } of exchanges) assert.ok(request !== undefined || response !== undefined);
  }
});

test('what comes unharmed is told whole, in whatever pieces', () => {
  const random = createRandom(18);
  const told = (playbook: Playbook) =>
    playbook.exchanges
      .map(({ key, request, response, outcome }) =>
        [key.stream, request?.head.target, response?.head.status, response?.bodyBytes, outcome].join(' '),
      )
      .sort();
  const play = (size: number) => {
    const playbook = detect(limits);
    for (const { side, bytes } of session) {
      for (let at = 0; at < bytes.length; at += size) playbook.data(side, bytes.subarray(at, at + size));
    }
    return told(playbook.close('finished'));
  };
  const whole = play(1e6);
  assert.equal(whole.length, 8);
  for (let run = 0; run < 20; run++) assert.deepEqual(play(randomInteger(random, 1, 200)), whole);
});
