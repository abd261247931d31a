import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSinkAccount, type DropReason, dropReasons } from '../../../src/sink/account.ts';
import { Drops } from '../../../src/sink/delivery/drops.ts';
import { LogLines } from '../../support/program/log-lines.ts';

function setUp() {
  const lines = new LogLines();
  const account = createSinkAccount();
  return { drops: new Drops({ name: 'sink', account, log: lines.log }), account, lines };
}

test('the first loss of a kind is said at once, and the end sums up all of them', () => {
  const { drops, account, lines } = setUp();
  drops.count('rejected', 10, 'mapping');
  drops.count('rejected', 15, 'mapping');
  drops.end();
  assert.equal(account.dropped.rejected, 25);
  assert.deepEqual(lines.all, [
    'warn  sink lost 10 records: the server refused them: mapping',
    'warn  sink lost 25 records in all: 25 rejected',
  ]);
});

test('losses of every kind are in the sum', () => {
  const { drops, lines } = setUp();
  const reasons = Object.keys(dropReasons) as DropReason[];
  for (const reason of reasons) drops.count(reason, 2);
  drops.count('shutdown', 1);
  drops.end();
  const last = lines.all.at(-1) ?? '';
  assert.ok(last.startsWith(`warn  sink lost ${2 * reasons.length + 1} records in all: `), last);
  for (const { short } of Object.values(dropReasons)) assert.ok(last.includes(` ${short}`), last);
});

test('what one line has said is not said again, and no loss is no line', () => {
  const { drops, lines } = setUp();
  drops.end();
  drops.count('shutdown', 3);
  drops.end();
  assert.deepEqual(lines.all, ['warn  sink lost 3 records: the process ended first']);
});

test('one record is one record, whatever the reason', () => {
  for (const reason of Object.keys(dropReasons) as DropReason[]) {
    const { drops, lines } = setUp();
    drops.count(reason, 1);
    assert.match(lines.all[0] ?? '', /^warn {2}sink lost 1 record: /);
    assert.doesNotMatch(lines.all[0] ?? '', /\b(they|them|their)\b/, lines.all[0]);
  }
});
