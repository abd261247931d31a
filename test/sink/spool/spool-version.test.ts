// What happens when the spool that a program finds was left by another version of it.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { createSinkAccount } from '../../../src/sink/account.ts';
import { BatchBuilder } from '../../../src/sink/batch.ts';
import { Spool } from '../../../src/sink/spool/spool.ts';
import { batchFrame } from '../../../src/sink/spool/spool-frame.ts';
import { LogLines } from '../../support/program/log-lines.ts';

const root = mkdtempSync(join(tmpdir(), 'spool-version-'));
after(() => rmSync(root, { recursive: true }));
/** Left by the release before: eight batches of four records (the last of two), of which three are done. */
const released = fileURLToPath(new URL('../../support/sink/earlier-spools/fluentd-with-marks.spool', import.meta.url));

function directoryWith(files: Readonly<Record<string, Buffer>>): string {
  const directory = mkdtempSync(join(root, 'test-'));
  mkdirSync(directory, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(directory, name), bytes);
  return directory;
}

async function open(directory: string) {
  const [account, lines] = [createSinkAccount(), new LogLines()];
  const spool = await Spool.open({ name: 'sink', directory, limitBytes: 1024 * 1024, account, log: lines.log });
  return { spool, account, lines };
}

async function opened(directory: string) {
  const { spool, ...rest } = await open(directory);
  assert.ok(spool, rest.lines.all.join('\n'));
  return { spool, ...rest };
}

function batch(text: string) {
  const builder = new BatchBuilder();
  builder.append(text);
  return builder.seal();
}

const contents = (directory: string) =>
  Object.fromEntries(readdirSync(directory).map((file) => [file, readFileSync(join(directory, file)).toString('hex')]));

function frame(type: number): Buffer {
  const body = Buffer.from([type, 1, 2, 3]);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(body.length, 0);
  head.writeUInt32LE(crc32(body), 4);
  return Buffer.concat([head, body]);
}

test('what the release before has left is read to the last record, and its marks count', async () => {
  const directory = directoryWith({ '000000000001.spool': readFileSync(released) });
  const { spool, account, lines } = await opened(directory);
  assert.deepEqual(
    spool.found.map(({ sequence, records }) => [sequence, records]),
    [
      [3, 4],
      [4, 4],
      [5, 4],
      [6, 4],
      [7, 2],
    ],
  );
  for (const entry of spool.found) {
    const found = await spool.read(entry);
    assert.equal(found?.ends.length, entry.records);
    assert.equal(found?.id, entry.id);
  }
  assert.deepEqual([account.spoolErrors, account.spoolCutBytes, lines.all], [0, 0, []]);
  await spool.close();
});

test('its batches are done when this program has marked them, also after a crash', async () => {
  const directory = directoryWith({ '000000000001.spool': readFileSync(released) });
  const before = await opened(directory);
  const [first, second] = before.spool.found;
  assert.ok(first && second);
  before.spool.settle(first, first.records);
  before.spool.settle(second, second.records);
  await before.spool.append(100, batch('new'));
  await before.spool.flushed();
  const crashed = mkdtempSync(join(root, 'crashed-'));
  cpSync(directory, crashed, { recursive: true });
  await before.spool.close();
  const { spool } = await opened(crashed);
  assert.deepEqual(
    spool.found.map(({ sequence }) => sequence),
    [5, 6, 7, 100],
  );
  await spool.close();
});

test('a program of the release before does not see, and so does not delete, what this one leaves', async () => {
  const directory = directoryWith({});
  const { spool } = await opened(directory);
  await spool.append(0, batch('kept'));
  await spool.close();
  assert.deepEqual(readdirSync(directory), ['000000000001.v2.spool']);
  // The files that one took for its own.
  assert.deepEqual(
    readdirSync(directory).filter((file) => /^\d{12}\.spool$/.test(file)),
    [],
  );
  // It has left files of its own meanwhile, with the same numbers.
  cpSync(released, join(directory, '000000000001.spool'));
  const again = await opened(directory);
  assert.equal(again.spool.found.length, 6);
  const read = await Promise.all(again.spool.found.map((entry) => again.spool.read(entry)));
  assert.ok(read.some((one) => one?.bytes.toString() === 'kept'));
  for (const entry of again.spool.found) again.spool.settle(entry, entry.records);
  await again.spool.close();
  assert.deepEqual(readdirSync(directory), []);
});

const own = Buffer.concat(batchFrame(0, batch('own')));
const laterSpools: readonly (readonly [title: string, Readonly<Record<string, Buffer>>, RegExp])[] = [
  [
    'a file of a later version',
    { '000000000002.v3.spool': Buffer.from('whatever it is') },
    /v3\.spool is of version 3 of/,
  ],
  [
    'one beside our own',
    { '000000000001.v2.spool': own, '000000000002.v17.spool': own },
    /is of version 17 of the spool/,
  ],
  [
    'a frame of a type that is not known',
    { '000000000001.v2.spool': Buffer.concat([own, frame(99)]) },
    /is of a later ver/,
  ],
  [
    'one behind a damaged file',
    { '000000000001.v2.spool': Buffer.concat([own, Buffer.from('torn')]), '000000000002.v2.spool': frame(5) },
    /is of a later version of the spool/,
  ],
];
for (const [title, files, expected] of laterSpools) {
  test(`${title} is refused in one sentence, counted, and nothing in the directory is touched`, async () => {
    const directory = directoryWith(files);
    const before = contents(directory);
    const { spool, account, lines } = await open(directory);
    assert.equal(spool, undefined);
    assert.equal(account.spoolErrors, 1);
    assert.equal(lines.all.length, 1, lines.all.join('\n'));
    assert.match(lines.all[0] ?? '', /^warn {2}sink goes on without its spool: .* cannot be used: /);
    assert.match(lines.all[0] ?? '', expected);
    assert.match(lines.all[0] ?? '', /this program knows 2 at most; all is left as it is there$/);
    assert.deepEqual(contents(directory), before);
  });
}
