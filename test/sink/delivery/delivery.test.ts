import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { LogRecord } from '../../../src/record/record.ts';
import { droppedRecords, unaccounted } from '../../../src/sink/account.ts';
import { Delivery } from '../../../src/sink/delivery/delivery.ts';
import type { DeliverySettings } from '../../../src/sink/delivery/delivery-settings.ts';
import type { SendOutcome, Transport } from '../../../src/sink/transport.ts';
import { LogLines } from '../../support/program/log-lines.ts';
import { createRecord } from '../../support/record/create-record.ts';
import { contractSettings } from '../../support/sink/contract.ts';
import { away, delivered, ScriptedTransport } from '../../support/sink/scripted-transport.ts';

/** A delivery of record ids, ten to a batch, to a scripted transport. */
function setUp(
  t: TestContext | undefined,
  settings: Partial<DeliverySettings> = {},
  transport = new ScriptedTransport(),
) {
  const lines = new LogLines();
  const all = { ...contractSettings, batchRecords: 10, ...settings };
  const encoder = {
    key: ({ id }: LogRecord) => `key of ${id};`,
    content: ({ id }: LogRecord) => `${id};`,
  };
  const delivery = new Delivery({ name: 'sink', settings: all, transport, encoder, log: lines.log });
  const { account } = delivery;
  t?.after(() => delivery.close(0));
  const write = (count: number, from = 0) => {
    for (let index = from; index < from + count; index++) delivery.write(createRecord(index));
  };
  const until = async (holds: () => boolean) => {
    for (const deadline = Date.now() + 60_000; !holds(); await sleep(2)) {
      if (Date.now() > deadline) assert.fail(`${JSON.stringify(account)}\n${lines.all.join('\n')}`);
    }
  };
  return { delivery, account, transport, lines, write, until };
}

const ids = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `${createRecord(from + index).id};`);

test('as many batches are under way at once as allowed, by the settings or by the transport', async (t) => {
  const four = setUp(t);
  four.transport.answer = () => 'never';
  four.write(200);
  await four.until(() => four.account.inFlight === 4);
  await sleep(20);
  assert.equal(four.transport.mostUnderWay, 4);
  const single = setUp(t, {}, Object.assign(new ScriptedTransport(), { inFlight: 1 }));
  single.write(200);
  await single.delivery.close(5000);
  assert.equal(single.transport.mostUnderWay, 1);
  assert.deepEqual(single.transport.received, ids(200));
});

test('after a failure one small batch finds out whether the server is back, and the order is kept', async (t) => {
  const { transport, account, write, until } = setUp(t, { batchRecords: 100, inFlight: 1 });
  transport.answer = () => away;
  write(500);
  await until(() => transport.sent.length >= 4);
  transport.answer = () => delivered;
  await until(() => account.delivered === 500);
  const sizes = transport.sent.map((batch) => batch.ends.length);
  const [first, ...others] = sizes;
  const probes = others.slice(0, others.lastIndexOf(10) + 1);
  assert.equal(first, 100);
  assert.deepEqual(new Set(probes), new Set([10]));
  assert.deepEqual(others.slice(probes.length), [90, 100, 100, 100, 100]);
  assert.deepEqual(transport.received, ids(500));
});

test('a batch keeps its id for as long as it is sent whole', async (t) => {
  const { transport, account, write, until } = setUp(t);
  transport.answer = () => away;
  write(10);
  await until(() => transport.sent.length >= 3);
  transport.answer = () => delivered;
  await until(() => account.delivered === 10);
  assert.equal(new Set(transport.sent.map(({ id }) => id)).size, 1);
});

test('while a server is away new records do not make more batches than needed', async (t) => {
  const { transport, account, write, until } = setUp(t, { batchRecords: 100, batchAgeMs: 1 });
  transport.answer = () => away;
  for (let index = 0; index < 90; index++) {
    write(1, index);
    if (index % 30 === 0) await sleep(5);
  }
  await until(() => account.retried > 0);
  transport.answer = () => delivered;
  await until(() => account.delivered === 90);
  const taken = transport.sent.filter(({ ends }) => ends.length > 1);
  assert.ok(taken.length <= 5, String(taken.length));
  assert.deepEqual(transport.received, ids(90));
});

test('what cannot be delivered for too long is dropped and counted as expired', async (t) => {
  const { transport, account, write, until, lines } = setUp(t, { maxAgeMs: 30 });
  transport.answer = () => away;
  write(25);
  await until(() => account.dropped.expired === 25);
  assert.deepEqual([account.queued, account.queuedBytes], [0, 0]);
  assert.equal(lines.matching(/lost \d+ records: they could not be delivered for too long/).length, 1);
  transport.answer = () => delivered;
  // On a busy machine one record may be too old already when it is its turn.
  for (let index = 100; account.delivered === 0; index++) {
    write(1, index);
    await sleep(10);
  }
});

test('close is over when the last that waits has expired', async (t) => {
  const { delivery, transport, account, write } = setUp(t, { maxAgeMs: 30 });
  transport.answer = () => away;
  write(25);
  await delivery.close(Number.POSITIVE_INFINITY);
  assert.equal(account.dropped.expired, 25);
});

test('a batch that is too large is halved until it fits, and a record that never fits is dropped', async (t) => {
  const { delivery, transport, account, write } = setUp(t, { batchRecords: 100, inFlight: 1 });
  const big = ids(1, 33)[0] ?? '';
  transport.answer = ({ ends, bytes }) => {
    const isTooLarge = ends.length > 7 || bytes.includes(big);
    return isTooLarge ? { kind: 'too-large' } : delivered;
  };
  write(100);
  await delivery.close(5000);
  assert.deepEqual(
    transport.received,
    ids(100).filter((id) => id !== big),
  );
  assert.deepEqual([account.delivered, account.dropped.too_large, account.retried], [99, 1, 0]);
});

test('a record larger than a batch may be is dropped at once, and the others are not held up', async (t) => {
  const { delivery, transport, account, write } = setUp(t, { batchBytes: 100 });
  write(3);
  delivery.write(createRecord(3, { id: 'x'.repeat(100) }));
  write(3, 4);
  await delivery.close(5000);
  assert.deepEqual([account.delivered, account.dropped.too_large], [6, 1]);
  assert.deepEqual(transport.received, [...ids(3), ...ids(3, 4)]);
});

test('records that a server answers one by one are each treated as it says', async (t) => {
  const { delivery, transport, account, write, lines } = setUp(t, { inFlight: 1 });
  const seen = new Set<string>();
  transport.answer = (batch) => {
    if (seen.has('again')) return { kind: 'delivered', duplicates: 1 };
    seen.add('again');
    assert.equal(batch.ends.length, 10);
    return { kind: 'mixed', duplicates: 2, retry: [1, 8], rejected: [0, 5], reason: 'mapper_parsing_exception' };
  };
  write(10);
  await delivery.close(5000);
  const left = ids(10).filter((_, index) => ![0, 1, 5, 8].includes(index));
  assert.deepEqual(transport.received, [...left, ids(10)[1], ids(10)[8]]);
  assert.deepEqual([account.delivered, account.dropped.rejected, account.retried, account.duplicates], [8, 2, 2, 3]);
  assert.equal(lines.matching(/lost 2 records: the server refused them: mapper_parsing_exception/).length, 1);
});

test('a wrong configuration is said once, loudly, and close does not wait for it to change', async (t) => {
  const { delivery, transport, account, write, until, lines } = setUp(t);
  transport.answer = () => ({ kind: 'misconfigured', reason: 'wrong password' });
  write(100);
  await until(() => account.state === 'misconfigured');
  await delivery.close(Number.POSITIVE_INFINITY);
  assert.equal(account.dropped.shutdown, 100);
  assert.deepEqual(lines.all, [
    'error sink will not take records until its configuration is corrected: wrong password',
    'warn  sink lost 100 records: the process ended first',
  ]);
});

test('a server that refuses everything for a moment at the end costs nothing', async (t) => {
  const { delivery, transport, account, write } = setUp(t);
  let answers = 0;
  transport.answer = () => (answers++ < 2 ? { kind: 'misconfigured', reason: 'no such path' } : delivered);
  write(100);
  await delivery.close(Number.POSITIVE_INFINITY);
  assert.equal(account.delivered, 100);
});

test('what is under way when the deadline passes counts as what becomes of it', async (t) => {
  const { delivery, transport, account, write, until } = setUp(t, { inFlight: 1, batchRecords: 10 });
  let settle: ((outcome: SendOutcome) => void) | undefined;
  transport.answer = () =>
    new Promise((resolve) => {
      settle = resolve;
    });
  write(30);
  await until(() => settle !== undefined);
  Object.assign(transport, {
    close: () => settle?.({ kind: 'mixed', duplicates: 0, retry: [7, 8, 9], rejected: [], reason: 'closed' }),
  });
  await delivery.close(20);
  assert.deepEqual([account.delivered, account.dropped.shutdown, account.retried], [7, 23, 0]);
});

test('a transport that breaks its promise and throws costs nothing', async (t) => {
  const { delivery, transport, account, write, until } = setUp(t);
  let calls = 0;
  transport.answer = async () => {
    if (calls++ < 2) throw new Error('a bug');
    return delivered;
  };
  write(30);
  await until(() => account.delivered === 30);
  assert.match(account.lastError ?? '', /internal error.*a bug/);
  Object.assign(transport, { close: () => assert.fail('a bug') });
  await delivery.close(1000);
});

test('a sink that hangs or fails holds up no other', async (t) => {
  const [hanging, failing, working] = [setUp(t), setUp(t), setUp(t)];
  hanging.transport.answer = () => 'never';
  failing.transport.answer = () => away;
  for (const sink of [hanging, failing, working]) sink.write(1000);
  await working.until(() => working.account.delivered === 1000);
  assert.equal(hanging.account.delivered + failing.account.delivered, 0);
});

test('a source that can wait is asked to when the queue is half full, until it is not', async (t) => {
  const { delivery, transport, account, write } = setUp(t, { queueBytes: 20_000, inFlight: 1 });
  transport.answer = () => 'never';
  assert.equal(delivery.ready(), undefined);
  write(1000);
  assert.ok(account.queuedBytes >= 10_000);
  transport.answer = () => delivered;
  for (let wait = delivery.ready(); wait !== undefined; wait = delivery.ready()) {
    await Promise.race([wait, sleep(1)]);
    transport.close();
  }
  assert.ok(account.queuedBytes < 10_000);
});

test('close before anything was written is over at once, and closes the transport', async (t) => {
  const { delivery, transport } = setUp(t);
  await delivery.close(Number.POSITIVE_INFINITY);
  assert.ok(transport.isClosed);
});

test('a transport that never closes does not keep close from ending', async () => {
  const transport: Transport = {
    send: () => new Promise<SendOutcome>(() => {}),
    close: () => new Promise<void>(() => {}),
    check: async () => ({ isFine: true, sentence: '' }),
  };
  const lines = new LogLines();
  const delivery = new Delivery({
    name: 'sink',
    settings: contractSettings,
    transport,
    encoder: { content: () => 'x' },
    log: lines.log,
  });
  delivery.write(createRecord(1));
  await delivery.close(10);
  assert.equal(delivery.account.dropped.shutdown, 1);
});

type RandomAnswer = 'delivered' | 'retry' | 'rejected' | 'too-large' | 'mixed' | 'throw' | 'misconfigured';

test('whatever the server answers, every record ends in exactly one counter', async () => {
  const kinds: RandomAnswer[] = ['delivered', 'retry', 'rejected', 'too-large', 'mixed', 'throw', 'misconfigured'];
  const answers = fc.array(fc.tuple(fc.constantFrom(...kinds), fc.nat()), { maxLength: 40 });
  const plan = fc.record({
    answers,
    writes: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 }),
    whenFull: fc.constantFrom('drop-oldest' as const, 'drop-newest' as const),
    queueBytes: fc.constantFrom(400, 2000, 100_000),
    inFlight: fc.integer({ min: 1, max: 4 }),
    withinMs: fc.constantFrom(0, 5, 1000),
  });
  const property = fc.asyncProperty(plan, async ({ answers, writes, withinMs, ...settings }) => {
    const { delivery, transport, account, write } = setUp(undefined, { ...settings, retryMinMs: 1, retryMaxMs: 2 });
    const script = answers.values();
    transport.answer = ({ ends }) => answer(script.next().value ?? ['delivered', 0], ends.length);
    let written = 0;
    for (const count of writes) {
      write(count, written);
      written += count;
      assert.equal(unaccounted(account), 0);
      assert.ok(account.queuedBytes <= settings.queueBytes);
      await sleep(1);
    }
    await delivery.close(withinMs);
    assert.equal(unaccounted(account), 0);
    assert.deepEqual([account.queued, account.queuedBytes, account.inFlight, account.spooled], [0, 0, 0, 0]);
    assert.equal(account.written, written);
    assert.equal(account.delivered + droppedRecords(account), written);
    assert.equal(new Set(transport.received).size, transport.received.length);
    assert.deepEqual(
      transport.keys,
      transport.received.map((text) => `key of ${text}`),
    );
    assert.ok(account.delivered <= transport.received.length);
    if (withinMs === 1000) assert.equal(account.delivered, transport.received.length);
  });
  await fc.assert(property, { numRuns: 150 });
});

function answer([kind, seed]: readonly [RandomAnswer, number], records: number): SendOutcome {
  if (kind === 'throw') throw new Error('a bug');
  if (kind !== 'mixed') return { kind, reason: kind };
  const indexes = Array.from({ length: records }, (_, index) => index);
  const retry = indexes.filter((index) => (index * seed) % 3 === 1);
  const rejected = indexes.filter((index) => (index * seed) % 3 === 2);
  return { kind, duplicates: 0, retry, rejected, reason: kind };
}
