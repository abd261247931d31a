// The file sink begins new files, keeps some of the old ones, and compresses them; everything is in them once and in
// order.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  batchOf,
  deliver,
  idsIn,
  idsOf,
  KiB,
  linesIn,
  namesBeside,
  openFile,
  rotatedName,
  temporaryPath,
} from '../../support/sink/file-tools.ts';

const dayMs = 86_400_000;
/** Closes and finishes what it does in the background. */
const never = new Promise<void>(() => {});

test('no file becomes larger than allowed, and nothing is lost between two of them', async (t) => {
  const path = temporaryPath(t);
  const { transport } = openFile(path, { rotateBytes: 10 * KiB });
  for (let index = 0; index < 100; index += 3) await deliver(transport, index, 3);
  await transport.close();
  const names = namesBeside(path);
  assert.ok(names.length > 8, names.join());
  for (const name of names) {
    if (name !== '') assert.match(name, rotatedName);
    const { size } = statSync(path + name);
    assert.ok(size > 0 && size <= 10 * KiB, `${name}: ${size}`);
  }
  assert.deepEqual(idsIn(path), idsOf(0, 102));
});

test('a batch larger than a file may be is alone in its file, and an empty file is never rotated', async (t) => {
  const path = temporaryPath(t);
  writeFileSync(path, '');
  const { transport } = openFile(path, { rotateBytes: 10 * KiB, rotateAgeMs: 1000 }, () => Date.now() + dayMs);
  await deliver(transport, 0, 20);
  assert.deepEqual(namesBeside(path), ['']);
  await deliver(transport, 20, 20);
  assert.equal(namesBeside(path).length, 2);
  assert.deepEqual(idsIn(path), idsOf(0, 40));
  await transport.close();
});

test('a file that is old enough is rotated with the next batch, a younger one and an empty one are not', async (t) => {
  const path = temporaryPath(t);
  let passed = 0;
  const now = () => Date.now() + passed;
  const { transport } = openFile(path, { rotateAgeMs: dayMs }, now);
  await deliver(transport, 0, 5);
  passed = dayMs / 2;
  await deliver(transport, 5, 5);
  assert.deepEqual(namesBeside(path), ['']);
  passed = dayMs;
  await deliver(transport, 10, 5);
  const [, rotated = ''] = namesBeside(path);
  assert.equal(readFileSync(path + rotated, 'utf8').split('\n').length, 11);
  assert.equal(rotated.slice(1, 9), new Date(now()).toISOString().slice(0, 10).replaceAll('-', ''));
  assert.deepEqual(idsIn(path), idsOf(0, 15));
  await transport.close();
});

test('the age of a file is known after a restart', async (t) => {
  const path = temporaryPath(t);
  let passed = 0;
  for (const [index, hours] of [0, 12, 23, 25, 26].entries()) {
    passed = (hours * dayMs) / 24;
    const { transport } = openFile(path, { rotateAgeMs: dayMs }, () => Date.now() + passed);
    await deliver(transport, index, 1);
    await transport.close();
    // The files are as old as this test; the one made at 25 h is rotated at once at 26 h by this clock.
    assert.equal(namesBeside(path).length, [1, 1, 1, 2, 3][index], `after ${hours} h`);
  }
  assert.deepEqual(idsIn(path), idsOf(0, 5));
});

test('a file that was restored, so that its lines are older than itself, has the age of the lines', async (t) => {
  const path = temporaryPath(t);
  writeFileSync(path, batchOf(0, 3).bytes);
  const twoDaysAgo = new Date(Date.now() - 2 * dayMs);
  utimesSync(path, twoDaysAgo, twoDaysAgo);
  const { transport } = openFile(path, { rotateAgeMs: dayMs });
  await deliver(transport, 3, 3);
  await deliver(transport, 6, 3);
  assert.equal(namesBeside(path).length, 2);
  assert.deepEqual(idsIn(path), idsOf(0, 9));
  await transport.close();
});

test('the size of a file is known after a restart', async (t) => {
  const path = temporaryPath(t);
  for (let index = 0; index < 20; index++) {
    const { transport } = openFile(path, { rotateBytes: 10 * KiB });
    await deliver(transport, index, 1);
    await transport.close();
  }
  for (const name of namesBeside(path)) assert.ok(statSync(path + name).size <= 10 * KiB);
  assert.ok(namesBeside(path).length <= 4);
  assert.deepEqual(idsIn(path), idsOf(0, 20));
});

test('the oldest are deleted beyond the number to keep, and nothing that is only named alike', async (t) => {
  const path = temporaryPath(t);
  const stamp = '20200102T030405.678Z';
  const foreign = [
    '.1',
    '.gz',
    '.2020-01-02',
    `.${stamp}.bak`,
    `.${stamp}.gz.gz`,
    `-${stamp}`,
    `.${stamp.slice(0, -1)}`,
    '.20201399T030405.678Z',
    '.20200230T030405.678Z',
  ];
  for (const suffix of foreign) writeFileSync(path + suffix, suffix);
  const other = `${dirname(path)}/x${basename(path)}.${stamp}`;
  writeFileSync(other, 'other');
  mkdirSync(`${path}.20200102T030405.679Z`);
  const ours = [`.${stamp}`, '.20210102T030405.678Z.gz'];
  for (const suffix of ours) writeFileSync(path + suffix, suffix);
  const { transport, lines } = openFile(path, { rotateBytes: 10 * KiB, keep: 3 });
  for (let index = 0; index < 100; index += 5) await deliver(transport, index, 5);
  await transport.close();
  for (const suffix of foreign) assert.equal(readFileSync(path + suffix, 'utf8'), suffix);
  assert.equal(readFileSync(other, 'utf8'), 'other');
  assert.ok(statSync(`${path}.20200102T030405.679Z`).isDirectory());
  const rotated = namesBeside(path).filter((name) => rotatedName.test(name) && statSync(path + name).isFile());
  const left = rotated.filter((name) => !foreign.includes(name));
  assert.equal(left.length, 3, left.join());
  for (const name of left) assert.ok(!ours.includes(name));
  assert.deepEqual(lines.all, []);
});

test('after a start with a lower number to keep, the surplus is deleted', async (t) => {
  const path = temporaryPath(t);
  const before = openFile(path, { rotateBytes: KiB });
  for (let index = 0; index < 10; index++) await deliver(before.transport, index, 1);
  await before.transport.close();
  assert.equal(namesBeside(path).length, 10);
  const { transport } = openFile(path, { keep: 2 });
  await deliver(transport, 10, 1);
  await transport.close();
  assert.equal(namesBeside(path).length, 3);
  assert.deepEqual(idsIn(path), idsOf(7, 4));
});

test('names are in the order of rotation, also within a millisecond and when the clock is set back', async (t) => {
  const path = temporaryPath(t);
  let time = Date.UTC(2026, 10, 26, 0, 32, 13, 123);
  const { transport } = openFile(path, { rotateBytes: KiB }, () => time);
  for (let index = 0; index < 4; index++) await deliver(transport, index, 1);
  time -= dayMs;
  for (let index = 4; index < 7; index++) await deliver(transport, index, 1);
  await transport.close();
  const expected = [123, 124, 125, 126, 127, 128].map((ms) => `.20261126T003213.${ms}Z`);
  assert.deepEqual(namesBeside(path), ['', ...expected]);
  assert.deepEqual(idsIn(path), idsOf(0, 7));
});

test('a file whose name is far in the future is left alone, and changes no other name', async (t) => {
  const path = temporaryPath(t);
  const foreign = ['.99991231T235959.999Z', '.99991231T235959.998Z.gz', '.20300101T000000.000Z'];
  for (const suffix of foreign) writeFileSync(path + suffix, suffix);
  const time = Date.UTC(2026, 10, 26, 0, 32, 13, 123);
  const { transport, lines } = openFile(path, { rotateBytes: KiB, keep: 2, gzip: true }, () => time);
  for (let index = 0; index < 5; index++) await deliver(transport, index, 1);
  await transport.close(never);
  const ours = ['.20261126T003213.125Z.gz', '.20261126T003213.126Z.gz'];
  assert.deepEqual(namesBeside(path), ['', ...ours, ...foreign.toReversed()]);
  for (const suffix of foreign) assert.equal(readFileSync(path + suffix, 'utf8'), suffix);
  assert.deepEqual(lines.all, []);
});

test('rotated files are compressed in the background, and have every record once and in order', async (t) => {
  const path = temporaryPath(t);
  const { transport, lines } = openFile(path, { rotateBytes: 200 * KiB, gzip: true });
  for (let index = 0; index < 3000; index += 50) await deliver(transport, index, 50);
  await transport.close(never);
  const names = namesBeside(path);
  assert.ok(names.length > 10);
  for (const name of names) if (name !== '') assert.match(name, /Z\.gz$/);
  for (const name of names) assert.equal(statSync(path + name).mode & 0o777, 0o640 & ~process.umask());
  assert.deepEqual(idsIn(path), idsOf(0, 3000));
  assert.deepEqual(lines.all, []);
});

test('what is compressed when there is no time left stays whole, and the next start continues with it', async (t) => {
  const path = temporaryPath(t);
  const first = openFile(path, { rotateBytes: 500 * KiB, gzip: true });
  for (let index = 0; index < 3000; index += 500) await deliver(first.transport, index, 500);
  await first.transport.close(Promise.resolve());
  assert.ok(namesBeside(path).some((name) => name.endsWith('Z')));
  assert.ok(!namesBeside(path).some((name) => name.endsWith('.part')));
  assert.deepEqual(idsIn(path), idsOf(0, 3000));
  assert.deepEqual(first.lines.all, []);
  const then = openFile(path, { rotateBytes: 500 * KiB, gzip: true });
  await deliver(then.transport, 3000, 1);
  await then.transport.close(never);
  for (const name of namesBeside(path)) assert.ok(name === '' || name.endsWith('.gz'), name);
  assert.deepEqual(idsIn(path), idsOf(0, 3001));
});

for (const gzip of [true, false]) {
  test(`half compressed files of a process that was killed are removed, with FILE_GZIP=${gzip}`, async (t) => {
    const path = temporaryPath(t);
    const [one, two, three] = ['.20250101T000000.000Z', '.20250102T000000.000Z', '.20250103T000000.000Z'] as const;
    const bytes = [batchOf(0, 10).bytes, batchOf(10, 10).bytes, batchOf(20, 10).bytes] as const;
    writeFileSync(path + one, bytes[0]);
    writeFileSync(`${path + one}.gz.part`, gzipSync(bytes[0]).subarray(0, 100));
    writeFileSync(path + two, bytes[1]);
    writeFileSync(`${path + two}.gz`, gzipSync(bytes[1]).subarray(0, 100));
    writeFileSync(`${path + three}.gz`, gzipSync(bytes[2]));
    const { transport } = openFile(path, { gzip });
    await deliver(transport, 30, 1);
    await transport.close(never);
    const suffix = gzip ? '.gz' : '';
    assert.deepEqual(namesBeside(path), ['', one + suffix, two + suffix, `${three}.gz`]);
    assert.deepEqual(idsIn(path), idsOf(0, 31));
  });
}

test('what cannot be compressed stays as it is, is said once, and the others are compressed', async (t) => {
  const path = temporaryPath(t);
  const obstacle = `${path}.20400101T000000.000Z.gz.part`;
  mkdirSync(obstacle);
  const { transport, lines } = openFile(path, { rotateBytes: KiB, gzip: true }, () => Date.UTC(2040, 0));
  for (let index = 0; index < 5; index++) await deliver(transport, index, 1);
  await transport.close(never);
  rmSync(obstacle, { recursive: true });
  const plain = '.20400101T000000.000Z';
  assert.deepEqual(namesBeside(path), ['', plain, ...[1, 2, 3].map((ms) => `.20400101T000000.00${ms}Z.gz`)]);
  assert.equal(lines.matching(/cannot be deleted or compressed/).length, 1, lines.all.join('\n'));
  assert.deepEqual(idsIn(path), idsOf(0, 5));
});

test('a compressed file is an ordinary gzip file', async (t) => {
  const path = temporaryPath(t);
  const { transport } = openFile(path, { rotateBytes: KiB, gzip: true });
  await deliver(transport, 0, 1);
  await deliver(transport, 1, 1);
  await transport.close(never);
  const [, name = ''] = namesBeside(path);
  assert.deepEqual(gunzipSync(readFileSync(path + name)), batchOf(0, 1).bytes);
  assert.equal(linesIn(path).length, 2);
});
