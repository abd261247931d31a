// The file sink and what may happen to its file: renamed, removed, torn, full, or not allowed.
import assert from 'node:assert/strict';
import {
  appendFileSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { pickBatch } from '../../../src/sink/batch.ts';
import { FileAppender } from '../../../src/sink/file/file-appender.ts';
import {
  batchOf,
  deliver,
  fillUp,
  idsIn,
  idsOf,
  KiB,
  linesIn,
  namesBeside,
  onSmallDisk,
  openForTest as open,
  openFile,
  sendFive,
  tell,
  temporaryPath,
} from '../../support/sink/file-tools.ts';

test('lines are appended to what is there, and only its owner and group may read them', async (t) => {
  const path = temporaryPath(t);
  const first = open(t, path);
  await deliver(first.transport, 0, 5);
  assert.equal(statSync(path).mode & 0o777, 0o640 & ~process.umask());
  await first.transport.close();
  const then = open(t, path);
  await deliver(then.transport, 5, 5);
  assert.deepEqual(idsIn(path), idsOf(0, 10));
  assert.deepEqual(first.lines.all, []);
});

test('after close nothing is written any more', async (t) => {
  const path = temporaryPath(t);
  const { transport } = open(t, path);
  const last = transport.send(batchOf(0, 5));
  await transport.close();
  assert.deepEqual(await last, { kind: 'delivered' });
  assert.match(await sendFive(transport, 5), /^retry: .*closed/);
  assert.deepEqual(idsIn(path), idsOf(0, 5));
});

describe('a file that another process', () => {
  const cases: readonly (readonly [title: string, change: (path: string) => void, kept: readonly string[]])[] = [
    ['renames', (path) => renameSync(path, `${path}.1`), ['', '.1']],
    ['removes', (path) => rmSync(path), ['']],
    [
      'renames and makes anew',
      (path) => {
        renameSync(path, `${path}.1`);
        writeFileSync(path, '');
      },
      ['', '.1'],
    ],
    ['copies and empties', (path) => truncateSync(path), ['']],
    [
      'puts a link in the place of',
      (path) => {
        renameSync(path, `${path}.1`);
        writeFileSync(`${path}.2`, '');
        symlinkSync(`${path}.2`, path);
      },
      ['', '.1', '.2'],
    ],
  ];
  for (const [title, change, kept] of cases) {
    test(`${title} is noticed before the next batch`, async (t) => {
      const path = temporaryPath(t);
      const { transport } = open(t, path);
      await deliver(transport, 0, 5);
      change(path);
      await deliver(transport, 5, 5);
      await deliver(transport, 10, 5);
      assert.deepEqual(namesBeside(path), kept);
      const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
      assert.deepEqual(
        lines.map((line) => JSON.parse(line).id),
        idsOf(5, 10),
      );
      if (kept.includes('.1')) assert.equal(readFileSync(`${path}.1`, 'utf8'), batchOf(0, 5).bytes.toString());
    });
  }
});

test('a line that a killed process left unfinished is ended, and nothing else is changed', async (t) => {
  const path = temporaryPath(t);
  const { bytes } = batchOf(0, 5);
  writeFileSync(path, bytes.subarray(0, -100));
  const { transport } = open(t, path);
  await deliver(transport, 5, 5);
  const expected = Buffer.concat([bytes.subarray(0, -100), Buffer.from('\n'), batchOf(5, 5).bytes]);
  assert.ok(readFileSync(path).equals(expected));
});

test('an unfinished line is ended before its file is rotated', async (t) => {
  const path = temporaryPath(t);
  writeFileSync(path, batchOf(0, 5).bytes.subarray(0, -100));
  const { transport } = open(t, path, { rotateBytes: KiB });
  await deliver(transport, 5, 1);
  const [, rotated = ''] = namesBeside(path);
  assert.ok(readFileSync(path + rotated, 'utf8').endsWith('\n'));
  assert.deepEqual(readFileSync(path), batchOf(5, 1).bytes);
});

test('on a full disk whole lines stay, the rest is asked for again, and every record is there once', async (t) => {
  const path = onSmallDisk(t, 'size=256k');
  if (path === undefined) return;
  const { transport } = open(t, path);
  const batch = batchOf(0, 500);
  const outcome = await transport.send(batch);
  assert.ok(outcome.kind === 'mixed', tell(outcome));
  assert.match(outcome.reason, /records\.log cannot be appended to: ENOSPC/);
  assert.deepEqual([outcome.rejected, outcome.duplicates], [[], 0]);
  const written = 500 - outcome.retry.length;
  assert.ok(written > 100, String(written));
  assert.deepEqual(idsIn(path), idsOf(0, written));
  assert.match(tell(await transport.send(batchOf(1000, 50))), /^(retry|mixed): .*ENOSPC/);
  truncateSync(path);
  const rest = pickBatch(batch, outcome.retry).bytes;
  assert.ok(rest.length > 256 * KiB || written > 200);
  const next = await transport.send(pickBatch(batch, outcome.retry.slice(0, 100)));
  assert.equal(next.kind, 'delivered');
  assert.deepEqual(idsIn(path), idsOf(written, 100));
});

test('a disk that is full before the first line takes none, and takes all when there is room', async (t) => {
  const path = onSmallDisk(t, 'size=256k');
  if (path === undefined) return;
  const filler = join(dirname(path), 'filler');
  fillUp(filler);
  const { transport } = open(t, path);
  assert.match(await sendFive(transport), /^retry: .*ENOSPC: no space left/);
  assert.equal(statSync(path).size, 0);
  assert.deepEqual(await transport.check(), { isFine: false, sentence: `${path}: the file system is full` });
  rmSync(filler);
  await deliver(transport, 0, 5);
  assert.deepEqual(idsIn(path), idsOf(0, 5));
});

test('a file system that does not answer is said, and nothing is begun beside what is under way', async (t) => {
  const path = temporaryPath(t);
  const { transport } = open(t, path, { hangMs: 1000 });
  await deliver(transport, 0, 5);
  let answer = () => {};
  const append = t.mock.method(FileAppender.prototype, 'append', async () => {
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return { records: 5, error: undefined };
  });
  const hung = /^retry: .*the file system has not answered for 1000 ms$/;
  assert.match(await sendFive(transport, 5), hung);
  assert.match(await sendFive(transport, 5), hung);
  assert.equal(append.mock.callCount(), 1);
  answer();
  append.mock.restore();
  await deliver(transport, 5, 5);
  assert.deepEqual(idsIn(path), idsOf(0, 10));
});

test('a check says what is there and what is set, and changes nothing', async (t) => {
  const path = temporaryPath(t);
  const { transport } = open(t, path, { rotateBytes: 1024 * KiB, rotateAgeMs: 3_600_000, keep: 7, gzip: true });
  const before = await transport.check();
  assert.equal(before.isFine, true);
  assert.match(
    before.sentence,
    new RegExp(
      'records\\.log is not there yet and can be made; rotated at 1048576 bytes or 3600 s, ' +
        '7 rotated files are kept, compressed; \\d+ bytes are free$',
    ),
  );
  assert.deepEqual(namesBeside(path), []);
  appendFileSync(path, 'half');
  const then = await open(t, path, { rotateBytes: 1024 * KiB, keep: 7 }).transport.check();
  assert.match(
    then.sentence,
    /records\.log has 4 bytes; rotated at 1048576 bytes, 7 rotated files are kept; \d+ bytes are free$/,
  );
  assert.equal(readFileSync(path, 'utf8'), 'half');
});

test('a file system without a size is not called full', async (t) => {
  const { transport } = open(t, '/proc/records.log');
  // Whoever may not write there at all is told that.
  const { sentence } = await transport.check();
  assert.match(sentence, /records\.log (is not there yet; .*; how much its file system takes is not known|cannot be)/);
});

/** Of another process that names files as we do, and comes after us. */
function laterStamp(path: string): string {
  const [newest = ''] = namesBeside(path).slice(-1);
  const [, date, time] = /^\.(\d{8})T(\d{6}\.\d{3})Z/.exec(newest) ?? [];
  if (date === undefined || time === undefined) return '20200101T000000.000Z';
  return `${date}T${(Number(time) + 0.001).toFixed(3).padStart(10, '0')}Z`;
}

test('whatever happens between batches, every record is in the files once and in order', async (t) => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('send' as const), count: fc.integer({ min: 1, max: 12 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('restart', 'torn', 'rename', 'wait') }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.boolean(), async (steps, gzip) => {
      const path = temporaryPath(t);
      let passed = 0;
      const start = () => openFile(path, { rotateBytes: 8 * KiB, rotateAgeMs: 1000, gzip }, () => Date.now() + passed);
      let { transport } = start();
      let [written, torn, isTorn] = [0, 0, false];
      for (const { kind, ...rest } of steps) {
        if ('count' in rest) {
          await deliver(transport, written, rest.count);
          written += rest.count;
          isTorn = false;
        } else if (kind === 'restart' || kind === 'torn') {
          await transport.close();
          if (kind === 'torn' && written > 0) {
            appendFileSync(path, 'half');
            torn++;
            isTorn = true;
          }
          ({ transport } = start());
        } else if (kind === 'rename' && !isTorn && namesBeside(path).includes('')) {
          renameSync(path, `${path}.${laterStamp(path)}`);
        } else if (kind === 'wait') {
          passed += 10_000;
        }
      }
      await deliver(transport, written++, 1);
      await transport.close(new Promise(() => {}));
      const lines = linesIn(path);
      assert.ok(lines.filter((line) => /^(half)+$/.test(line)).length <= torn);
      const whole = lines.filter((line) => !/^(half)+$/.test(line));
      assert.deepEqual(
        whole.map((line) => JSON.parse(line).id),
        idsOf(0, written),
      );
    }),
    { numRuns: 60 },
  );
});
