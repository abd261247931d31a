import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { copyOverhead } from '../../src/bytes/copy-bytes.ts';
import { tcpPacket } from '../support/packet/packets.ts';
import { createRandom, randomInteger } from '../support/program/random.ts';
import { ScriptedRun } from '../support/tcp/scripted-run.ts';
import { type RunOptions, TcpRun } from '../support/tcp/tcp-run.ts';

type Step = {
  readonly from: number;
  readonly port: number;
  readonly at: number;
  readonly length: number;
  readonly flags: string;
  readonly ack: number;
  readonly truncated: number;
  readonly pause: number;
};

const step: fc.Arbitrary<Step> = fc.record({
  from: fc.integer({ min: 0, max: 1 }),
  port: fc.integer({ min: 1, max: 4 }),
  at: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: -3, max: 60 }) },
    { weight: 1, arbitrary: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) },
    { weight: 1, arbitrary: fc.constantFrom(2 ** 26, -(2 ** 26), 2 ** 26 + 1, -(2 ** 26) - 1, 2 ** 31 - 1) },
  ),
  length: fc.integer({ min: 0, max: 30 }),
  flags: fc.oneof(
    { weight: 10, arbitrary: fc.constant('A') },
    { weight: 4, arbitrary: fc.constantFrom('S', 'SA', 'FA', 'RA', 'R', 'F') },
    { weight: 1, arbitrary: fc.constantFrom('', 'SF', 'SR', 'FR', 'SFRA') },
  ),
  ack: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: -3, max: 60 }) }, { weight: 1, arbitrary: fc.integer() }),
  truncated: fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 30 }) },
  ),
  pause: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 2000 }) },
    { weight: 2, arbitrary: fc.constantFrom(100_000, 1_000_000, 2_000_001, 10_000_000, 700_000_000) },
  ),
});

function feed(run: TcpRun, steps: readonly Step[]): void {
  let time = 1_000_000_000;
  for (const { from, port, at, length, flags, ack, truncated, pause } of steps) {
    time += pause;
    run.tick(time);
    const client = { address: '10.0.0.1', port };
    const server = { address: '10.0.0.2', port: 80 };
    const [source, destination] = from === 0 ? [client, server] : [server, client];
    const addresses = { source: source.address, destination: destination.address };
    const ports = { sourcePort: source.port, destinationPort: destination.port };
    const numbers = { sequence: 0xffff_fff0 + at, acknowledgment: 0xffff_fff0 + ack, flags };
    const packet = tcpPacket({ ...addresses, ...ports, ...numbers, payload: Buffer.alloc(length, 65 + (at & 15)) });
    run.packet(packet, time, packet.length - Math.min(truncated, length));
  }
}

const steps = fc.array(step, { minLength: 1, maxLength: 80 });
const tight = { maxConnections: 3, maxBufferedBytes: 6000, maxBufferedBytesPerConnection: 2500, idleMs: 60_000 };

test('whatever segments come, nothing throws, limits hold and everything is counted', () => {
  fc.assert(
    fc.property(steps, fc.boolean(), (todo, isTight) => {
      const run = new TcpRun(isTight ? { limits: tight } : {});
      feed(run, todo);
      run.close();
      assert.deepEqual(run.failures, []);
    }),
    { numRuns: 2000 },
  );
});

/** Listeners that hold bytes, stop listening and throw, now and then. */
function fickleListeners(seed: number): RunOptions {
  const random = createRandom(seed);
  const isTime = (chance: number) => random() < chance;
  return {
    limits: tight,
    beforeOpen: () => {
      if (isTime(0.05)) throw new Error('open');
    },
    react: (heard, connection) => {
      if (heard.type !== 'close' && isTime(0.3)) connection.handle.hold(randomInteger(random, 0, 500));
      if (heard.type !== 'close' && !connection.ignored && isTime(0.1)) connection.ignore();
      if (isTime(0.05)) throw new Error(heard.type);
    },
  };
}

test('it is the same with listeners that hold bytes, stop listening and throw', () => {
  fc.assert(
    fc.property(steps, fc.nat(), (todo, seed) => {
      const run = new TcpRun(fickleListeners(seed));
      feed(run, todo);
      run.close();
      assert.equal(run.failures.length, run.counters.internal_errors);
      assert.ok(run.counters.connections_failed <= run.counters.internal_errors);
      const messages = run.failures.map((error) => (error as Error).message);
      assert.ok(
        messages.every((message) => ['open', 'data', 'gap', 'end', 'close'].includes(message)),
        `${messages}`,
      );
    }),
    { numRuns: 2000 },
  );
});

const flood = 20_000;

for (const order of ['forwards', 'backwards', 'at random'] as const) {
  test(`single bytes with holes between them, ${order}, cost no more than the limit of their connection`, () => {
    const limit = 1 << 20;
    const run = new ScriptedRun({ limits: { maxBufferedBytesPerConnection: limit } }).handshake();
    const random = createRandom(1);
    for (let index = 0; index < flood; index++) {
      const place =
        order === 'forwards' ? index : order === 'backwards' ? flood - index : randomInteger(random, 0, flood);
      run.client({ at: 2 * place + 1, payload: 'x' });
      assert.ok(run.table.bufferedBytes <= limit + copyOverhead + 1);
    }
    assert.ok(run.table.bufferedBytes > limit / 2);
    run.wait(10_000);
    assert.equal(run.table.bufferedBytes, 0);
    run.close();
  });
}

test('the same byte again and again behind a hole costs one byte', () => {
  const run = new ScriptedRun().handshake();
  for (let again = 0; again < 1000; again++) run.client({ at: 5, payload: 'x' });
  assert.equal(run.table.bufferedBytes, 1 + copyOverhead);
  run.close();
});

test('FINs again and again behind a hole are bounded like bytes', () => {
  const run = new ScriptedRun({ limits: { maxBufferedBytesPerConnection: 10 * copyOverhead } }).handshake();
  for (let again = 0; again < 100; again++) run.client({ at: 5, flags: 'FA' });
  assert.ok(run.table.bufferedBytes <= 10 * copyOverhead);
  assert.deepEqual(run.close().connection.story, ['0 gap 5', '0 end', 'close shutdown']);
});

test('many connections that wait for a hole stay under the limit of all together', () => {
  const limits = { maxConnections: 5000, maxBufferedBytes: 1 << 20, maxBufferedBytesPerConnection: 1 << 16 };
  const run = new TcpRun({ limits });
  for (let port = 1; port <= 6000; port++) {
    const fields = { source: '10.0.0.1', destination: '10.0.0.2', sourcePort: port, destinationPort: 80 };
    run.packet(tcpPacket({ ...fields, sequence: 1, flags: 'S' }), port);
    run.packet(tcpPacket({ ...fields, sequence: 9, flags: 'A', payload: Buffer.alloc(1000) }), port);
  }
  assert.ok(run.counters.connections_evicted_memory > 4000);
  run.tick(11_000_000);
  assert.equal(run.table.bufferedBytes, 0);
  run.close();
  assert.equal(run.counters.payload_bytes_delivered, 6_000_000);
});

test('a jump ahead is a hole like any other, and what lies before it is not heard again', () => {
  const run = new ScriptedRun()
    .handshake()
    .client({ payload: 'a' })
    .client({ at: 2 ** 25, payload: 'far' })
    .wait(10_000);
  run.client({ at: 1, payload: 'b' }).close();
  assert.deepEqual(run.connection.story, ['0 data a', `0 gap ${2 ** 25 - 1}`, '0 data far', 'close shutdown']);
});
