import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { createSinkAccount } from '../../../src/sink/account.ts';
import { type Batch, BatchBuilder } from '../../../src/sink/batch.ts';
import { Spool } from '../../../src/sink/spool/spool.ts';
import { SpoolLock } from '../../../src/sink/spool/spool-lock.ts';
import { LogLines } from '../../support/program/log-lines.ts';

const KiB = 1024;

const root = mkdtempSync(join(tmpdir(), 'spool-'));
const opened: Spool[] = [];
after(async () => {
  await Promise.all(opened.map((spool) => spool.close()));
  rmSync(root, { recursive: true });
});

function temporary(): string {
  return join(mkdtempSync(join(root, 'test-')), 'sink');
}

async function tryOpen(directory: string, limitBytes = 1024 * KiB) {
  const [account, lines] = [createSinkAccount(), new LogLines()];
  const spool = await Spool.open({ name: 'sink', directory, limitBytes, account, log: lines.log });
  if (spool !== undefined) opened.push(spool);
  return { spool, account, lines };
}

async function open(directory: string, limitBytes?: number) {
  const { spool, ...rest } = await tryOpen(directory, limitBytes);
  assert.ok(spool, rest.lines.all.join('\n'));
  return { spool, ...rest };
}

function batch(text: string, records = 3): Batch {
  const builder = new BatchBuilder();
  for (let index = 0; index < records; index++) builder.append(`${text} ${index}`);
  return builder.seal();
}

const files = (directory: string) => readdirSync(directory).filter((name) => name !== 'lock');
const newestFile = (directory: string) => join(directory, files(directory).sort().at(-1) ?? '');

/** What is on disk when the process is killed now: a copy of it. */
async function crash(spool: Spool, directory: string): Promise<string> {
  await spool.flushed();
  const copy = mkdtempSync(join(dirname(directory), 'crashed-'));
  cpSync(directory, copy, { recursive: true });
  return copy;
}

async function append(spool: Spool, sequence: number, batch: Batch) {
  const entry = await spool.append(sequence, batch);
  assert.ok(entry);
  return entry;
}

test('each record comes back with its key', async () => {
  const directory = temporary();
  const before = await open(directory);
  const builder = new BatchBuilder();
  for (const key of ['k8s.incoming', 'k8s.outgoing', '']) builder.append(`content of ${key}`, key);
  const keyed = builder.seal();
  await append(before.spool, 0, keyed);
  const { spool } = await open(await crash(before.spool, directory));
  assert.deepEqual(await Promise.all(spool.found.map((entry) => spool.read(entry))), [keyed]);
});

test('what was appended and is not done comes back after a crash, in order, the same bytes and ids', async () => {
  const directory = temporary();
  const before = await open(directory);
  const batches = Array.from({ length: 20 }, (_, index) => batch(`batch ${index}`));
  const entries = await Promise.all(batches.map((one, index) => append(before.spool, index, one)));
  for (const entry of entries) if (entry.sequence % 3 === 0) before.spool.settle(entry, entry.records);
  const restarted = await crash(before.spool, directory);
  const after = await open(restarted);
  const left = batches.filter((_, index) => index % 3 !== 0);
  assert.deepEqual(await Promise.all(after.spool.found.map((entry) => after.spool.read(entry))), left);
  assert.deepEqual(
    after.spool.found.map(({ sequence }) => sequence),
    batches.map((_, index) => index).filter((index) => index % 3 !== 0),
  );
  assert.deepEqual([after.account.spoolCutBytes, after.account.spoolErrors, after.lines.all], [0, 0, []]);
});

test('a batch is done when all of its records are, and not before', async () => {
  const directory = temporary();
  const before = await open(directory);
  const one = await append(before.spool, 0, batch('one'));
  const two = await append(before.spool, 1, batch('two'));
  before.spool.settle(one, 2);
  before.spool.settle(two, 2);
  before.spool.settle(two, 1);
  const restarted = await crash(before.spool, directory);
  const { spool } = await open(restarted);
  assert.deepEqual(
    spool.found.map(({ sequence, left }) => [sequence, left]),
    [[0, 3]],
  );
});

test('when all is done nothing is left but an empty directory, also what an earlier process began', async () => {
  const directory = temporary();
  const before = await open(directory);
  const entry = await append(before.spool, 0, batch('one'));
  await append(before.spool, 1, batch('two'));
  before.spool.settle(entry, 3);
  await before.spool.close();
  assert.equal(files(directory).length, 1);
  const after = await open(directory);
  const [rest] = after.spool.found;
  assert.ok(rest);
  after.spool.settle(rest, 3);
  await after.spool.close();
  assert.deepEqual(readdirSync(directory), []);
  assert.equal(after.account.spoolBytes, 0);
});

test('files are deleted while running, as soon as they and all before them are done', async () => {
  const directory = temporary();
  const { spool, account } = await open(directory, 64 * 1024 * KiB);
  const large = 'x'.repeat(1024 * KiB);
  const entries = [];
  for (let index = 0; index < 20; index++) entries.push(await append(spool, index, batch(large)));
  const count = files(directory).length;
  assert.ok(count >= 10, String(count));
  const [first, ...others] = entries;
  for (const entry of others) spool.settle(entry, 3);
  await spool.flushed();
  assert.equal(files(directory).length, count);
  if (first) spool.settle(first, 3);
  await spool.flushed();
  assert.equal(files(directory).length, 1);
  assert.equal(account.spoolBytes, statSync(newestFile(directory)).size);
});

test('marks are never deleted before what they are about', async () => {
  const directory = temporary();
  const before = await open(directory, 16 * 1024 * KiB);
  const large = 'x'.repeat(300 * KiB);
  const keep = await append(before.spool, 0, batch('kept'));
  const done = await append(before.spool, 1, batch('done'));
  for (let index = 2; index < 12; index++) {
    const entry = await append(before.spool, index, batch(large));
    before.spool.settle(entry, 3);
    if (index === 6) before.spool.settle(done, 3);
  }
  const restarted = await crash(before.spool, directory);
  const { spool } = await open(restarted);
  assert.deepEqual(
    spool.found.map(({ sequence }) => sequence),
    [keep.sequence],
  );
});

test('the spool stays within its limit: the oldest file goes first, and its sink is told', async () => {
  const directory = temporary();
  const { spool, account } = await open(directory);
  let lost = 0;
  spool.onSegmentDropped = () => lost++;
  const entries = [];
  for (let index = 0; index < 100; index++) {
    entries.push(await append(spool, index, batch('x'.repeat(10 * KiB))));
    assert.ok(account.spoolBytes <= 1024 * KiB);
    const onDisk = files(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
    assert.equal(onDisk, account.spoolBytes);
  }
  assert.ok(lost > 0);
  const kept = entries.findIndex(({ segment }) => !segment.isDeleted);
  assert.ok(kept > 0 && entries.slice(kept).every(({ segment }) => !segment.isDeleted));
  const [oldest] = entries;
  assert.ok(oldest);
  assert.equal(await spool.read(oldest), undefined);
  spool.settle(oldest, 3);
  const restarted = await crash(spool, directory);
  assert.equal(account.spoolErrors, 0);
  const after = await open(restarted);
  assert.deepEqual(
    after.spool.found.map(({ sequence }) => sequence),
    entries.slice(kept).map(({ sequence }) => sequence),
  );
});

test('a batch larger than the whole spool stays in memory and costs no other its place', async () => {
  const directory = temporary();
  const { spool, account, lines } = await open(directory);
  await append(spool, 0, batch('small'));
  assert.equal(await spool.append(1, batch('x'.repeat(1024 * KiB))), undefined);
  assert.deepEqual([account.spoolErrors, lines.all.length], [1, 1]);
  assert.ok(await append(spool, 2, batch('small')));
  assert.match(lines.all.join(), /works again/);
  const restarted = await crash(spool, directory);
  assert.equal((await open(restarted)).spool.found.length, 2);
});

test('a torn or damaged tail is cut off, counted and said once, and the rest is used', async () => {
  const damages: readonly (readonly [what: string, damage: (path: string) => void, left: number])[] = [
    ['torn', (path) => truncateSync(path, statSync(path).size - 1), 2],
    ['torn in the head', (path) => truncateSync(path, Math.floor((statSync(path).size / 3) * 2) + 5), 2],
    ['followed by noise', (path) => appendFileSync(path, 'noise'), 3],
    ['followed by zeros', (path) => appendFileSync(path, Buffer.alloc(5000)), 3],
    ['empty', (path) => truncateSync(path, 0), 0],
    ['noise', (path) => writeFileSync(path, 'noise, and no frame at all'), 0],
  ];
  for (const [what, damage, left] of damages) {
    const directory = temporary();
    const before = await open(directory);
    for (let index = 0; index < 3; index++) await append(before.spool, index, batch('same'));
    const restarted = await crash(before.spool, directory);
    const path = newestFile(restarted);
    damage(path);
    const damagedSize = statSync(path).size;
    const after = await open(restarted);
    assert.equal(after.spool.found.length, left, what);
    assert.equal(after.lines.matching(/was damaged: \d+ bytes were cut off/).length, what === 'empty' ? 0 : 1, what);
    for (const entry of after.spool.found) assert.ok(await after.spool.read(entry), what);
    if (left > 0) assert.equal(after.account.spoolCutBytes, damagedSize - statSync(path).size, what);
    await append(after.spool, 10, batch('new'));
    const later = await crash(after.spool, restarted);
    const again = await open(later);
    assert.deepEqual([again.spool.found.length, again.lines.all], [left + 1, []], what);
  }
});

test('damage in the middle of one file costs the rest of that file only', async () => {
  const directory = temporary();
  const before = await open(directory, 16 * 1024 * KiB);
  for (let index = 0; index < 8; index++) await append(before.spool, index, batch('x'.repeat(100 * KiB)));
  const restarted = await crash(before.spool, directory);
  const [first = '', ...others] = files(restarted).sort();
  assert.ok(others.length >= 2);
  const bytes = readFileSync(join(restarted, first));
  bytes[bytes.length >> 1] = ~(bytes[bytes.length >> 1] ?? 0);
  writeFileSync(join(restarted, first), bytes);
  const { spool, account } = await open(restarted);
  assert.ok(account.spoolCutBytes > 0);
  assert.equal(spool.found.at(-1)?.sequence, 7);
  assert.ok(spool.found.length < 8);
});

test('damage that comes while running is noticed when the batch is read', async () => {
  const directory = temporary();
  const { spool } = await open(directory);
  const entry = await append(spool, 0, batch('one'));
  const bytes = readFileSync(newestFile(directory));
  bytes[bytes.length - 1] = 0;
  writeFileSync(newestFile(directory), bytes);
  assert.equal(await spool.read(entry), undefined);
});

test('a directory that cannot be used is said, counted, and no reason to end', async () => {
  const directory = temporary();
  writeFileSync(directory, 'a file where the directory should be');
  const { spool, account, lines } = await tryOpen(directory);
  assert.deepEqual([spool, account.spoolErrors, lines.all.length], [undefined, 1, 1]);
  assert.match(lines.all[0] ?? '', /^warn {2}sink goes on without its spool: .*sink cannot be used: /);
});

test('a file that cannot be read costs only what is in it', async () => {
  const directory = temporary();
  const before = await open(directory);
  await append(before.spool, 0, batch('one'));
  const restarted = await crash(before.spool, directory);
  mkdirSync(join(restarted, '000000000000.spool'));
  const { spool, account, lines } = await open(restarted);
  assert.deepEqual([spool.found.length, account.spoolErrors, lines.all.length], [1, 1, 1]);
});

test('a directory that disappears while running is said once, and the spool works again when it is back', async () => {
  const directory = temporary();
  const { spool, account, lines } = await open(directory);
  rmSync(directory, { recursive: true });
  for (let index = 0; index < 5; index++) assert.equal(await spool.append(index, batch('one')), undefined);
  assert.equal(account.spoolErrors, 5);
  mkdirSync(directory);
  assert.ok(await append(spool, 5, batch('two')));
  assert.equal(lines.matching(/fails, going on in memory/).length, 1);
  assert.equal(lines.matching(/works again/).length, 1);
  const restarted = await crash(spool, directory);
  assert.equal((await open(restarted)).spool.found.length, 1);
});

test('two processes on one directory: the second is told who has it', async (t) => {
  const directory = temporary();
  mkdirSync(directory);
  const lock = await SpoolLock.acquire(join(directory, 'lock'));
  t.after(() => lock.release());
  writeFileSync(join(directory, 'lock'), '1 other-pod\n');
  await assert.rejects(tryOpen(directory), {
    message: `The spool of sink cannot be opened: it is in use by process 1 on other-pod (${directory}/lock).`,
  });
});

test('records on disk are for their owner alone', async () => {
  const directory = temporary();
  const { spool } = await open(directory);
  await append(spool, 0, batch('one'));
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  assert.equal(statSync(newestFile(directory)).mode & 0o777, 0o600);
});

test('a full disk loses nothing that was on it, and is used again when there is room', async (t) => {
  const directory = temporary();
  mkdirSync(directory);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', directory], { stdio: 'ignore' });
  } catch {
    return t.skip('needs the right to mount a small file system');
  }
  t.after(() => execFileSync('umount', ['-l', directory]));
  const { spool, account, lines } = await open(directory, 16 * 1024 * KiB);
  const entries = [];
  for (let index = 0; index < 20; index++) entries.push(await spool.append(index, batch('x'.repeat(20 * KiB))));
  const kept = entries.filter((entry) => entry !== undefined);
  assert.ok(kept.length >= 5 && kept.length < 20, String(kept.length));
  assert.equal(account.spoolErrors, 20 - kept.length);
  assert.equal(lines.matching(/fails, going on in memory: .*no space left/i).length, 1, lines.all.join('\n'));
  for (const entry of kept) assert.ok(await spool.read(entry));
  for (const entry of kept.slice(0, -1)) spool.settle(entry, 3);
  await spool.flushed();
  assert.equal(await spool.append(20, batch('x'.repeat(20 * KiB))), undefined);
  const [last] = kept.slice(-1);
  if (last) spool.settle(last, 3);
  await spool.flushed();
  assert.ok(await spool.append(21, batch('x'.repeat(20 * KiB))));
  assert.equal(lines.matching(/works again/).length, 1);
  const restarted = await crash(spool, directory);
  const after = await open(restarted, 16 * 1024 * KiB);
  assert.deepEqual([after.account.spoolCutBytes, after.spool.found.map(({ sequence }) => sequence)], [0, [21]]);
});
