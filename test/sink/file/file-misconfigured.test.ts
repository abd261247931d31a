// The file sink and what may happen to its file: renamed, removed, torn, full, or not allowed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import {
  batchOf,
  deliver,
  idsIn,
  idsOf,
  KiB,
  onSmallDisk,
  openForTest as open,
  sendFive,
  temporaryPath,
  unmount,
} from '../../support/sink/file-tools.ts';

const isRoot = process.geteuid?.() === 0;
const needsRoot = isRoot ? false : 'needs root';

describe('what only a change of configuration or rights can cure is said:', () => {
  const cases: readonly (readonly [title: string, prepare: (path: string) => string, expected: RegExp])[] = [
    [
      'no directory',
      (path) => join(dirname(path), 'absent', 'records.log'),
      /records\.log cannot be appended to: its directory is not there, and is not made \(ENOENT\)$/,
    ],
    [
      'a directory',
      (path) => {
        mkdirSync(path);
        return path;
      },
      /cannot be appended to: it is a directory \(EISDIR\)$/,
    ],
    [
      'a file in place of the directory',
      (path) => {
        writeFileSync(path, '');
        return join(path, 'records.log');
      },
      /part of its path is a file, not a directory \(ENOTDIR\)$/,
    ],
    [
      'a circle of links',
      (path) => {
        symlinkSync(path, path);
        return path;
      },
      /too many symbolic links \(ELOOP\)$/,
    ],
  ];
  for (const [title, prepare, expected] of cases) {
    test(title, async (t) => {
      const { transport } = open(t, prepare(temporaryPath(t)));
      const found = await sendFive(transport);
      assert.match(found, /^misconfigured: /);
      assert.match(found, expected);
      const check = await transport.check();
      assert.equal(check.isFine, false);
      assert.match(check.sentence, expected);
    });
  }

  test('a directory that is made later is used then', async (t) => {
    const path = join(dirname(temporaryPath(t)), 'later', 'records.log');
    const { transport } = open(t, path);
    assert.match(await sendFive(transport), /^misconfigured/);
    mkdirSync(dirname(path));
    await deliver(transport, 0, 5);
    rmSync(dirname(path), { recursive: true });
    assert.match(await sendFive(transport), /^misconfigured/);
  });

  test('no right to the file, or to rename it', async (t) => {
    const path = temporaryPath(t, () => {
      if (isRoot) process.seteuid?.(0);
    });
    writeFileSync(path, batchOf(0, 5).bytes);
    chmodSync(path, 0o400);
    chmodSync(dirname(path), 0o555);
    if (isRoot) process.seteuid?.(65_534);
    const { transport } = open(t, path, { rotateBytes: KiB });
    const refused = /cannot be appended to: the rights of this process do not allow it \(EACCES\)$/;
    assert.match(await sendFive(transport), refused);
    assert.match((await transport.check()).sentence, refused);
    if (isRoot) process.seteuid?.(0);
    chmodSync(path, 0o666);
    if (isRoot) process.seteuid?.(65_534);
    const unrotated = /^misconfigured: .*cannot be rotated: the rights of this process do not allow it \(EACCES\)$/;
    assert.match(await sendFive(transport), unrotated);
    if (isRoot) process.seteuid?.(0);
    chmodSync(dirname(path), 0o755);
    assert.deepEqual(idsIn(path), idsOf(0, 5));
  });

  test('but not that a file may not be read: it may be written', async (t) => {
    const path = temporaryPath(t, () => {
      if (isRoot) process.seteuid?.(0);
    });
    writeFileSync(path, 'half');
    chmodSync(path, 0o222);
    chmodSync(dirname(path), 0o777);
    if (isRoot) process.seteuid?.(65_534);
    const { transport } = open(t, path);
    assert.equal((await transport.check()).isFine, true);
    await deliver(transport, 0, 5);
    if (isRoot) process.seteuid?.(0);
    assert.equal(readFileSync(path, 'utf8'), `half\n${batchOf(0, 5).bytes}`);
  });

  test('a file system that may only be read', async (t) => {
    const path = onSmallDisk(t, 'size=64k,ro');
    if (path === undefined) return;
    const { transport } = open(t, path);
    assert.match(await sendFive(transport), /^misconfigured: .*the file system is read-only \(EROFS\)$/);
    assert.match((await transport.check()).sentence, /the file system is read-only \(EROFS\)$/);
  });

  test('a file that is mounted by itself', { skip: needsRoot }, async (t) => {
    let isMounted = false;
    const path = temporaryPath(t, () => {
      if (isMounted) unmount(path);
    });
    writeFileSync(path, '');
    writeFileSync(`${path}.volume`, '');
    isMounted = spawnSync('mount', ['--bind', `${path}.volume`, path]).status === 0;
    if (!isMounted) return t.skip('needs the right to mount');
    const { transport } = open(t, path, { rotateBytes: 8 * KiB });
    await deliver(transport, 0, 5);
    const found = await sendFive(transport, 5);
    assert.match(found, /^misconfigured: .*cannot be rotated: it is mounted by itself; mount the directory.*EBUSY/);
    assert.equal(readFileSync(`${path}.volume`, 'utf8'), batchOf(0, 5).bytes.toString());
  });
});
