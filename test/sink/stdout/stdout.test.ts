import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogRecord } from '../../../src/record/record.ts';
import { unaccounted } from '../../../src/sink/account.ts';
import { StdoutSink } from '../../../src/sink/stdout/stdout.ts';

const folder = mkdtempSync(`${tmpdir()}/khl-stdout-`);
after(() => rmSync(folder, { recursive: true }));
let pipes = 0;

/** Both ends of a pipe, neither of which ever blocks. */
function openPipe(): { readonly reader: number; readonly writer: number } {
  const path = `${folder}/pipe-${pipes++}`;
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { reader, writer: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK) };
}

/** All that is in the pipe at the moment, one character per byte: what is written may end inside of a character. */
function readPipe(reader: number): string {
  let text = '';
  for (let piece = readPiece(reader); piece !== ''; piece = readPiece(reader)) text += piece;
  return text;
}

/** No more than a pipe holds: while all is read, a write that is under way in another thread continues. */
function readPiece(reader: number): string {
  const buffer = Buffer.alloc(64 * 1024);
  try {
    return buffer.toString('latin1', 0, readSync(reader, buffer));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return '';
    throw error;
  }
}

type Options = { readonly width?: number; readonly filler?: string; readonly queueBytes?: number };

/** A sink whose records are numbered lines, filled up to a width. */
function createSink(descriptor: number, { width = 0, filler = '.', queueBytes = 16 * 1024 * 1024 }: Options = {}) {
  const errors: NodeJS.ErrnoException[] = [];
  let count = 0;
  const encode = () => `${count++} `.padEnd(width, filler);
  const sink = new StdoutSink({ descriptor, queueBytes }, encode, (error) => errors.push(error));
  const write = (records: number) => {
    for (let record = 0; record < records; record++) sink.write({} as LogRecord);
  };
  return { sink, write, errors };
}

/** Waits until a pipe that holds 64 KiB has taken most of that. */
async function untilFull({ account }: StdoutSink): Promise<void> {
  for (const before = account.queuedBytes; account.queuedBytes > before - 60_000; ) await sleep(1);
}

function numbersOf(text: string): number[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Number.parseInt(line, 10));
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

test('lines come out whole and in order, however they are written', async () => {
  const path = `${folder}/lines`;
  const descriptor = openSync(path, 'w');
  const { sink, write } = createSink(descriptor, { width: 300 });
  for (const records of [1, 1000, 1, 0, 500]) {
    write(records);
    await sleep(1);
  }
  await sink.close(Number.POSITIVE_INFINITY);
  closeSync(descriptor);
  assert.deepEqual(numbersOf(readFileSync(path, 'utf8')), upTo(1502));
  assert.deepEqual([sink.account.written, sink.account.delivered, sink.account.queued], [1502, 1502, 0]);
  assert.equal(sink.account.queuedBytes, 0);
});

test('a pipe that takes only parts of a write and then nothing for a while loses and repeats no byte', async () => {
  const { reader, writer } = openPipe();
  const { sink, write, errors } = createSink(writer, { width: 997, filler: 'ä' });
  write(2000);
  let text = '';
  const closed = sink.close(Number.POSITIVE_INFINITY);
  for (let pause = 0; numbersOf(text).length < 2000 || !text.endsWith('\n'); pause++) {
    await sleep(pause % 5 === 4 ? 30 : 1);
    text += readPipe(reader);
  }
  await closed;
  const expected = upTo(2000).map((number) => `${`${number} `.padEnd(997, 'ä')}\n`);
  assert.ok(Buffer.from(text, 'latin1').equals(Buffer.from(expected.join(''))));
  assert.deepEqual([sink.account.delivered, errors.length, unaccounted(sink.account)], [2000, 0, 0]);
  closeSync(reader);
  closeSync(writer);
});

test('without a reader, a source is asked to wait and the newest records beyond the queue are dropped', async () => {
  const { reader, writer } = openPipe();
  const { sink, write } = createSink(writer, { width: 1000, queueBytes: 3_000_000 });
  assert.equal(sink.ready(), undefined);
  write(5000);
  const { account } = sink;
  assert.ok(account.dropped.queue_full > 1900 && account.dropped.queue_full < 2100, `${account.dropped.queue_full}`);
  assert.equal(unaccounted(account), 0);

  const ready = sink.ready();
  assert.ok(ready !== undefined);
  let isReady = false;
  void ready.then(() => {
    isReady = true;
  });
  await sleep(100);
  assert.equal(isReady, false);
  let text = '';
  while (!isReady) {
    text += readPiece(reader);
    await sleep(1);
  }
  const { queued, dropped } = account;
  assert.ok(queued > 0 && queued < 2200);
  assert.equal(sink.ready(), undefined);

  write(10);
  const closed = sink.close(Number.POSITIVE_INFINITY);
  while (account.queued > 0) {
    text += readPipe(reader);
    await sleep(1);
  }
  await closed;
  text += readPipe(reader);
  const kept = 5000 - dropped.queue_full;
  assert.deepEqual(numbersOf(text), upTo(kept + 10));
  assert.equal(unaccounted(account), 0);
  closeSync(reader);
  closeSync(writer);
});

test('a reader that goes away is told once, and what it did not take is counted', async () => {
  const { reader, writer } = openPipe();
  const { sink, write, errors } = createSink(writer, { width: 100 });
  write(3000);
  await untilFull(sink);
  const taken = numbersOf(readPipe(reader).replace(/[^\n]*$/, ''));
  closeSync(reader);
  const ready = sink.ready();
  await sink.close(Number.POSITIVE_INFINITY);
  await ready;
  write(5);
  const { account } = sink;
  assert.deepEqual(
    errors.map(({ code }) => code),
    ['EPIPE'],
  );
  assert.ok(taken.length > 0 && account.delivered >= taken.length && account.delivered < 3000);
  assert.equal(account.dropped.closed, 3005 - account.delivered);
  assert.deepEqual([account.state, account.queued, unaccounted(account)], ['failing', 0, 0]);
  assert.equal(sink.ready(), undefined);
  closeSync(writer);
});

test('a full disk is told once, and everything is counted', {
  skip: process.platform === 'linux' ? false : 'no /dev/full',
}, async () => {
  const descriptor = openSync('/dev/full', 'w');
  const { sink, write, errors } = createSink(descriptor);
  write(10);
  await sleep(50);
  write(10);
  await sink.close(1000);
  assert.deepEqual(
    errors.map(({ code }) => code),
    ['ENOSPC'],
  );
  assert.equal(sink.account.dropped.closed, 20);
  closeSync(descriptor);
});

test('close gives up at its deadline: lines that were taken whole are delivered, the others are dropped', async () => {
  const { reader, writer } = openPipe();
  const { sink, write, errors } = createSink(writer, { width: 1000 });
  write(1000);
  await untilFull(sink);
  await sink.close(50);
  write(1);
  const { account } = sink;
  const text = readPipe(reader);
  assert.equal(account.delivered, text.split('\n').length - 1);
  assert.ok(account.delivered > 10);
  assert.equal(account.dropped.shutdown, 1000 - account.delivered);
  assert.equal(account.dropped.closed, 1);
  assert.deepEqual([errors.length, account.queued, account.queuedBytes, unaccounted(account)], [0, 0, 0, 0]);
  await sleep(100);
  assert.equal(readPipe(reader), '', 'nothing is written any more');
  closeSync(reader);
  closeSync(writer);
});

test('closing again with an earlier deadline gives up earlier, and closing an idle sink is done at once', async () => {
  const { reader, writer } = openPipe();
  const idle = createSink(writer);
  await idle.sink.close(Number.POSITIVE_INFINITY);
  const { sink, write } = createSink(writer, { width: 1000 });
  write(1000);
  const unhurried = sink.close(Number.POSITIVE_INFINITY);
  await sink.close(20);
  await unhurried;
  assert.ok(sink.account.dropped.shutdown > 0);
  assert.equal(unaccounted(sink.account), 0);
  closeSync(reader);
  closeSync(writer);
});

test('a pipe that is full before the first record is only waited for', async () => {
  const { reader, writer } = openPipe();
  try {
    for (;;) writeSync(writer, Buffer.alloc(4096));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'EAGAIN');
  }
  const { sink, write, errors } = createSink(writer);
  write(3);
  await sleep(30);
  assert.equal(sink.account.delivered, 0);
  readPipe(reader);
  await sink.close(10_000);
  assert.deepEqual([sink.account.delivered, errors.length], [3, 0]);
  assert.equal(readPipe(reader), '0 \n1 \n2 \n');
  closeSync(reader);
  closeSync(writer);
});

test('write never throws, whatever the record and whenever it comes, and everything is counted', async () => {
  const path = `${folder}/any`;
  const descriptor = openSync(path, 'w');
  const encode = ({ id }: LogRecord) => (id === 'broken' ? assert.fail('broken record') : id);
  const sink = new StdoutSink({ descriptor, queueBytes: 1024 * 1024 }, encode, () => {});
  for (const id of ['broken', '\ud800', '\u2028😀\0', 'x'.repeat(300_000)]) sink.write({ id } as LogRecord);
  await sink.close(1000);
  sink.write({ id: 'late' } as LogRecord);
  closeSync(descriptor);
  assert.deepEqual(
    [sink.account.delivered, sink.account.dropped.encoding_failed, sink.account.dropped.closed],
    [3, 1, 1],
  );
  assert.equal(unaccounted(sink.account), 0);
  assert.equal(readFileSync(path, 'utf8').split('\n').length, 4);
});
