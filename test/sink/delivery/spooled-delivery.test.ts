import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { createSinkAccount, droppedRecords, unaccounted } from '../../../src/sink/account.ts';
import { Delivery } from '../../../src/sink/delivery/delivery.ts';
import type { DeliverySettings } from '../../../src/sink/delivery/delivery-settings.ts';
import { Spool } from '../../../src/sink/spool/spool.ts';
import { LogLines } from '../../support/program/log-lines.ts';
import { startProgram } from '../../support/program/start-program.ts';
import { createRecord } from '../../support/record/create-record.ts';
import { contractSettings } from '../../support/sink/contract.ts';
import { away, delivered, ScriptedTransport } from '../../support/sink/scripted-transport.ts';

const KiB = 1024;
const root = mkdtempSync(join(tmpdir(), 'spooled-'));
after(() => rmSync(root, { recursive: true }));
/** A queue of 64 KiB is read ahead up to its half; the batch that is sent, brought back from disk, comes on top. */
const readAheadBytes = 42 * KiB;
const temporary = () => join(mkdtempSync(join(root, 'test-')), 'sink');

type Options = Partial<DeliverySettings> & { readonly directory?: string; readonly limitBytes?: number };

/** A delivery of record ids with a spool, to a server that is away at first. */
async function setUp({ directory = temporary(), limitBytes = 16 * 1024 * KiB, ...settings }: Options = {}) {
  const [account, lines, transport] = [createSinkAccount(), new LogLines(), new ScriptedTransport()];
  transport.answer = () => away;
  const spool = await Spool.open({ name: 'sink', directory, limitBytes, account, log: lines.log });
  const delivery = new Delivery({
    name: 'sink',
    settings: { ...contractSettings, batchRecords: 10, inFlight: 1, ...settings },
    transport,
    encoder: { key: ({ id }) => `key of ${id}`, content: ({ id, responseBody = '' }) => `${id}${responseBody};` },
    log: lines.log,
    account,
    spool,
  });
  const write = (count: number, from = 0, responseBody = '') => {
    for (let index = from; index < from + count; index++) delivery.write(createRecord(index, { responseBody }));
  };
  const until = async (holds: () => boolean) => {
    for (const deadline = Date.now() + 60_000; !holds(); await sleep(2)) {
      if (Date.now() > deadline) assert.fail(`${JSON.stringify(account)}\n${lines.all.join('\n')}`);
    }
  };
  /** Ids; each record has the key that it was given, wherever it has been. */
  const received = () => {
    const ids = transport.received.map((text) => text.slice(0, createRecord(0).id.length));
    assert.deepEqual(
      transport.keys,
      ids.map((id) => `key of ${id}`),
    );
    return ids;
  };
  return { delivery, account, transport, lines, directory, write, until, received };
}

const ids = (count: number, from = 0) => Array.from({ length: count }, (_, index) => createRecord(from + index).id);

test('what is not delivered before the end is delivered after the next start, before new records', async () => {
  const before = await setUp();
  before.write(95);
  await before.delivery.close(30);
  assert.deepEqual([before.account.spooled, droppedRecords(before.account), before.account.queued], [95, 0, 0]);
  assert.equal(before.lines.matching(/95 records stay in the spool/).length, 1);
  const then = await setUp({ directory: before.directory });
  assert.equal(then.account.replayed, 95);
  assert.equal(then.lines.matching(/95 records of an earlier run are in the spool/).length, 1);
  then.write(50, 95);
  then.transport.answer = () => delivered;
  await then.delivery.close(10_000);
  assert.deepEqual(then.received(), ids(145));
  assert.deepEqual([then.account.delivered, unaccounted(then.account)], [145, 0]);
  assert.deepEqual(readdirSync(before.directory), []);
});

test('batches keep their ids over a restart', async () => {
  const before = await setUp();
  before.write(30);
  await before.until(() => before.transport.sent.length >= 2);
  await before.delivery.close(0);
  const then = await setUp({ directory: before.directory });
  then.transport.answer = () => delivered;
  await then.delivery.close(10_000);
  const [first] = before.transport.sent;
  assert.ok(first);
  assert.equal(then.transport.sent[0]?.id, first.id);
  assert.equal(new Set(then.transport.sent.map(({ id }) => id)).size, 3);
});

test('what does not fit into memory waits on disk only, and comes back in its turn', async () => {
  const { delivery, account, transport, write, until, received } = await setUp({ queueBytes: 64 * KiB });
  const body = 'x'.repeat(1000);
  for (let round = 0; round < 50; round++) {
    write(10, round * 10, body);
    await until(() => account.spooled + account.queued === (round + 1) * 10 && account.queuedBytes <= readAheadBytes);
  }
  assert.ok(account.spooled > 400, String(account.spooled));
  assert.equal(droppedRecords(account), 0);
  transport.answer = () => {
    assert.ok(account.queuedBytes <= 64 * KiB, String(account.queuedBytes));
    return delivered;
  };
  await delivery.close(10_000);
  assert.deepEqual(received(), ids(500));
  assert.deepEqual([unaccounted(account), account.spoolBytes], [0, 0]);
});

test('when the spool is full the oldest records that are only there are dropped and counted', async () => {
  const { delivery, account, transport, write, until, received, lines } = await setUp({
    queueBytes: 64 * KiB,
    limitBytes: 1024 * KiB,
    batchRecords: 2,
  });
  const body = 'x'.repeat(5000);
  for (let round = 0; round < 150; round++) {
    write(4, round * 4, body);
    await until(() => account.queuedBytes <= readAheadBytes);
    assert.ok(account.spoolBytes <= 1024 * KiB);
    assert.equal(unaccounted(account), 0);
  }
  assert.ok(account.dropped.spool_full > 0);
  assert.equal(droppedRecords(account), account.dropped.spool_full);
  assert.equal(lines.matching(/lost \d+ records: the spool was full/).length, 1);
  transport.answer = () => delivered;
  await delivery.close(10_000);
  assert.equal(account.delivered + account.dropped.spool_full, 600);
  const kept = received();
  assert.deepEqual(kept, [...kept].sort());
  assert.deepEqual(kept.slice(-100), ids(100, 500));
});

test('a spool that cannot be written to leaves the queue in memory, with its limit', async () => {
  const { delivery, account, transport, write, until, lines, directory } = await setUp({ queueBytes: 64 * KiB });
  rmSync(directory, { recursive: true });
  writeFileSync(directory, 'in the way');
  for (let round = 0; round < 30; round++) {
    write(10, round * 10, 'x'.repeat(500));
    await sleep(1);
  }
  await until(() => account.spoolErrors >= 30);
  assert.ok(account.queuedBytes <= 64 * KiB);
  assert.equal(lines.matching(/the spool of sink fails, going on in memory/).length, 1);
  transport.answer = () => delivered;
  await delivery.close(10_000);
  assert.ok(account.dropped.queue_full > 0);
  assert.equal(account.delivered + account.dropped.queue_full, 300);
  assert.equal(unaccounted(account), 0);
});

test('a spool that could not be opened is no reason not to deliver', async () => {
  const directory = temporary();
  writeFileSync(directory, 'in the way');
  const { delivery, account, transport, write } = await setUp({ directory });
  transport.answer = () => delivered;
  write(25);
  await delivery.close(10_000);
  assert.deepEqual([account.delivered, account.spoolErrors], [25, 1]);
});

test('a damaged place in the spool costs the records that were there, which are counted', async () => {
  const { delivery, account, transport, write, until, directory } = await setUp({ queueBytes: 64 * KiB });
  for (let round = 0; round < 20; round++) {
    write(10, round * 10, 'x'.repeat(980));
    await until(() => account.queuedBytes <= readAheadBytes);
  }
  await until(() => account.spooled > 100);
  for (const name of readdirSync(directory)) if (name !== 'lock') writeFileSync(join(directory, name), '');
  transport.answer = () => delivered;
  await delivery.close(10_000);
  assert.ok(account.dropped.spool_damaged > 0);
  assert.equal(account.delivered + account.dropped.spool_damaged, 200);
});

test('whatever happens to server, spool and process, every record ends in exactly one counter', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('write' as const), count: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ kind: fc.constantFrom('away', 'working', 'rejecting', 'restart', 'wait'), count: fc.nat(5) }),
  );
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 3, maxLength: 15 }),
    fc.constantFrom(3000, 1_000_000),
    fc.constantFrom(256 * KiB, 4096 * KiB),
    async (steps, queueBytes, limitBytes) => {
      const options = { directory: temporary(), queueBytes, limitBytes, inFlight: 3, retryMinMs: 1, retryMaxMs: 2 };
      let parts = await setUp(options);
      let written = 0;
      const counts = { delivered: 0, dropped: 0 };
      const received: string[] = [];
      const end = async (withinMs: number) => {
        await parts.delivery.close(withinMs);
        assert.equal(unaccounted(parts.account), 0);
        counts.delivered += parts.account.delivered;
        counts.dropped += droppedRecords(parts.account);
        received.push(...parts.received());
      };
      for (const { kind, count } of steps) {
        if (kind === 'write') parts.write(count, written, 'x'.repeat(200));
        if (kind === 'write') written += count;
        if (kind === 'away') parts.transport.answer = () => away;
        if (kind === 'working') parts.transport.answer = () => delivered;
        if (kind === 'rejecting') parts.transport.answer = () => ({ kind: 'rejected', reason: 'no' });
        if (kind === 'wait') await sleep(count);
        if (kind !== 'restart') continue;
        await end(count);
        const { spooled } = parts.account;
        parts = await setUp(options);
        assert.equal(parts.account.replayed, spooled);
      }
      parts.transport.answer = () => delivered;
      await end(10_000);
      assert.equal(counts.delivered + counts.dropped, written);
      assert.ok(new Set(received).size >= counts.delivered);
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

test('a process that is killed loses nothing that was in its spool', async () => {
  const directory = temporary();
  mkdirSync(directory);
  const child = fileURLToPath(new URL('../../support/sink/spooling-child.ts', import.meta.url));
  const seen = new Set<string>();
  let spooled: string[] = [];
  for (let round = 0; round < 4; round++) {
    const killed = startProgram(process.execPath, ['--import', 'tsx', child, directory, String(round * 100_000)]);
    let output = '';
    killed.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    for (const deadline = Date.now() + 60_000; output.split('\n').length < 40; await sleep(5)) {
      if (Date.now() > deadline) break;
    }
    killed.kill('SIGKILL');
    const [, signal] = await once(killed, 'close');
    assert.equal(signal, 'SIGKILL', output);
    const lines = output.slice(0, output.lastIndexOf('\n')).split('\n');
    spooled.push(...lines.flatMap((line) => (line.startsWith('spooled ') ? [line.slice(8)] : [])));
    for (const line of lines) if (line.startsWith('delivered ')) seen.add(line.slice(10));
  }
  assert.ok(spooled.length > 50, String(spooled.length));
  const then = await setUp({ directory });
  then.transport.answer = () => delivered;
  await then.delivery.close(20_000);
  for (const id of then.received()) seen.add(id);
  spooled = spooled.filter((id) => !seen.has(id));
  assert.deepEqual(spooled, []);
  assert.equal(unaccounted(then.account), 0);
});
