import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SpoolInUseError, SpoolLock } from '../../src/sink/spool-lock.ts';
import { startProgram } from '../tools/start-program.ts';

function lockPath(t: TestContext, content?: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'lock-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'lock');
  if (content !== undefined) writeFileSync(path, content);
  return path;
}

/** A living process that is not this one. */
function otherProcess(t: TestContext): ChildProcess {
  const child = startProgram(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

test('a lock says who holds it, and is gone when it is released', async (t) => {
  const path = lockPath(t);
  const lock = await SpoolLock.acquire(path);
  assert.equal(readFileSync(path, 'utf8'), `${process.pid} ${hostname()}\n`);
  await lock.release();
  assert.ok(!existsSync(path));
});

test('another living process keeps it, and is named', async (t) => {
  const { pid } = otherProcess(t);
  const path = lockPath(t, `${pid} ${hostname()}\n`);
  await assert.rejects(SpoolLock.acquire(path), (error: Error) => {
    assert.ok(error instanceof SpoolInUseError);
    assert.equal(error.message, `it is in use by process ${pid} on ${hostname()} (${path})`);
    return true;
  });
});

test('a process that was killed does not keep it', async (t) => {
  const child = otherProcess(t);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const path = lockPath(t, `${child.pid} ${hostname()}\n`);
  await (await SpoolLock.acquire(path)).release();
});

test('an earlier process with the same id, as in a container that was started again, does not keep it', async (t) => {
  const path = lockPath(t, `${process.pid} ${hostname()}\n`);
  await (await SpoolLock.acquire(path)).release();
});

test('a process of another host keeps it for as long as it touches the file', async (t) => {
  const path = lockPath(t, '1 other-pod\n');
  await assert.rejects(SpoolLock.acquire(path), /in use by process 1 on other-pod/);
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(path, longAgo, longAgo);
  await (await SpoolLock.acquire(path)).release();
});

test('a lock that says nothing is kept until it is old', async (t) => {
  const path = lockPath(t, '');
  await assert.rejects(SpoolLock.acquire(path), SpoolInUseError);
});
