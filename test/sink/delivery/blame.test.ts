// Servers that fail where they may mean one record, such as Logstash with 500.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { contentOf } from '../../../src/sink/batch.ts';
import { Delivery } from '../../../src/sink/delivery/delivery.ts';
import type { DeliverySettings } from '../../../src/sink/delivery/delivery-settings.ts';
import type { SendOutcome } from '../../../src/sink/transport.ts';
import { LogLines } from '../../support/program/log-lines.ts';
import { createRecord } from '../../support/record/create-record.ts';
import { contractSettings } from '../../support/sink/contract.ts';
import { delivered, ScriptedTransport } from '../../support/sink/scripted-transport.ts';

const fails: SendOutcome = { kind: 'retry', reason: 'it answers 500', maybeByRecord: true };
const idOf = (index: number) => createRecord(index).id;

/** A server that fails at batches with any of these records, and at all of them while it is down. */
function setUp(t: TestContext, badIndexes: readonly number[], changes: Partial<DeliverySettings> = {}) {
  const transport = new ScriptedTransport();
  const bad = new Set(badIndexes.map(idOf));
  const server = { isDown: false };
  transport.answer = (batch) => {
    const isSpoiled = batch.ends.some((_, index) => bad.has(contentOf(batch, index).toString()));
    return server.isDown || isSpoiled ? fails : delivered;
  };
  const lines = new LogLines();
  const settings = { ...contractSettings, queueBytes: 64 * 1024 * 1024, batchRecords: 100, ...changes };
  const delivery = new Delivery({
    name: 'sink',
    settings,
    transport,
    encoder: { content: ({ id }) => id },
    log: lines.log,
  });
  t.after(() => delivery.close(0));
  let written = 0;
  const write = (count: number) => {
    for (const end = written + count; written < end; written++) delivery.write(createRecord(written));
  };
  const { account } = delivery;
  const until = async (holds: () => boolean, meanwhile = () => {}) => {
    for (const deadline = Date.now() + 60_000; !holds(); await sleep(5)) {
      if (Date.now() > deadline) assert.fail(`${JSON.stringify(account)}\n${lines.all.join('\n')}`);
      meanwhile();
    }
  };
  const expectAllBut = async (dropped: readonly number[]) => {
    await until(() => account.queued === 0);
    const good = Array.from({ length: written }, (_, index) => idOf(index));
    const lost = new Set(dropped.map(idOf));
    assert.deepEqual(transport.received.toSorted(), good.filter((id) => !lost.has(id)).toSorted());
    assert.deepEqual([account.dropped.rejected, account.dropped.expired], [dropped.length, 0]);
  };
  return { account, server, transport, lines, write, until, expectAllBut };
}

for (const inFlight of [1, 4]) {
  test(`a record at which the server fails costs only itself, with ${inFlight} under way`, async (t) => {
    const { account, lines, write, until, expectAllBut } = setUp(t, [567], { inFlight });
    write(1000);
    await until(
      () => account.dropped.rejected === 1,
      () => write(1),
    );
    await expectAllBut([567]);
    assert.equal(lines.matching(/sink lost 1 record: .*: it answers 500$/).length, 1, lines.all.join('\n'));
  });
}

test('several of them, also side by side, cost only themselves', async (t) => {
  const bad = [0, 1, 2, 99, 100, 450, 451, 777];
  const { account, write, until, expectAllBut } = setUp(t, bad);
  write(1000);
  await until(
    () => account.dropped.rejected === bad.length,
    () => write(1),
  );
  await expectAllBut(bad);
});

test('one that waits alone does not keep back what comes later', async (t) => {
  const { account, write, until, expectAllBut } = setUp(t, [0, 1], { batchAgeMs: 1, batchRecords: 1 });
  write(2);
  await until(() => account.retried > 2);
  write(1);
  await until(() => account.delivered === 1);
  await until(
    () => account.dropped.rejected === 2,
    () => write(1),
  );
  await expectAllBut([0, 1]);
});

test('a server that fails at everything for a while gets every record, and nothing is dropped', async (t) => {
  const { account, server, transport, write, until, expectAllBut } = setUp(t, [], { batchAgeMs: 1 });
  for (let times = 0; times < 3; times++) {
    server.isDown = true;
    const sent = transport.sent.length;
    write(1000);
    await until(
      () => transport.sent.length > sent + 12,
      () => write(1),
    );
    server.isDown = false;
    await until(() => account.queued === 0);
  }
  await expectAllBut([]);
});

test('while a server fails at everything it gets a few records at a time', async (t) => {
  const { account, server, transport, write, until } = setUp(t, [], { inFlight: 1, batchRecords: 1000 });
  server.isDown = true;
  write(1000);
  await until(() => transport.sent.length >= 5);
  assert.deepEqual(
    transport.sent.slice(1).filter(({ ends }) => ends.length > 10),
    [],
  );
  assert.deepEqual([account.state, account.delivered, account.dropped.rejected], ['failing', 0, 0]);
});

test('with one server of two that fails at everything, nothing is dropped', async (t) => {
  const { account, transport, write, until, expectAllBut } = setUp(t, [], { batchAgeMs: 1, batchRecords: 1 });
  let requests = 0;
  transport.answer = () => (requests++ % 2 === 0 ? fails : delivered);
  for (let index = 0; index < 30; index++) {
    write(1);
    await until(() => account.delivered > index);
  }
  await expectAllBut([]);
});
