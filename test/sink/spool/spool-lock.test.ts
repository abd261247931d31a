import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SpoolInUseError, SpoolLock } from '../../../src/sink/spool/spool-lock.ts';
import { startProgram } from '../../support/program/start-program.ts';

const script = fileURLToPath(new URL('../../support/sink/locking-child.ts', import.meta.url));
const onLinux = { skip: process.platform === 'linux' ? false : 'the kernel is only asked for locks on Linux' };

function lockPath(t: TestContext, content?: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'lock-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'lock');
  if (content !== undefined) writeOld(path, content);
  return path;
}

/** As a process left it that has not been there for a long time. */
function writeOld(path: string, content: string): void {
  writeFileSync(path, content);
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(path, longAgo, longAgo);
}

/** A process that does with the lock what it is told. */
class LockingProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  /** It is ready when this resolves, and ends with the test. */
  static async start(t: TestContext, path: string, under: readonly string[] = []): Promise<LockingProcess> {
    const started = new LockingProcess([...under, process.execPath, '--import', 'tsx', script, path]);
    t.after(() => started.kill());
    assert.equal(await started.#answer(), 'ready');
    return started;
  }

  private constructor([command = '', ...words]: readonly string[]) {
    this.child = startProgram(command, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  tell(word: 'acquire' | 'release' | 'turns'): Promise<string> {
    this.child.stdin.write(`${word}\n`);
    return this.#answer();
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  async #answer(): Promise<string> {
    const { value } = await this.#lines.next();
    return String(value);
  }
}

function startProcesses(t: TestContext, count: number, path: string): Promise<readonly LockingProcess[]> {
  return Promise.all(Array.from({ length: count }, () => LockingProcess.start(t, path)));
}

async function refusal(path: string): Promise<string> {
  try {
    await (await SpoolLock.acquire(path)).release();
    return 'not refused';
  } catch (error) {
    assert.ok(error instanceof SpoolInUseError, String(error));
    return error.message;
  }
}

test('a lock says who holds it, keeps others out, and is gone when it is released', onLinux, async (t) => {
  const path = lockPath(t);
  const lock = await SpoolLock.acquire(path);
  assert.ok(lock.isExclusive);
  assert.equal(readFileSync(path, 'utf8'), `${process.pid} ${hostname()}\n`);
  const sentence = `it is in use by process ${process.pid} on ${hostname()} (${path})`;
  assert.equal(await refusal(path), sentence);
  const other = await LockingProcess.start(t, path);
  assert.equal(await other.tell('acquire'), sentence);
  assert.equal(readFileSync(path, 'utf8'), `${process.pid} ${hostname()}\n`);
  await lock.release();
  assert.ok(!existsSync(path));
  assert.equal(await other.tell('acquire'), `held by ${other.child.pid}`);
  assert.equal(await refusal(path), `it is in use by process ${other.child.pid} on ${hostname()} (${path})`);
});

test(
  'of many processes that want it at once exactly one gets it, also where an old file is left',
  onLinux,
  async (t) => {
    const path = lockPath(t);
    const processes = await startProcesses(t, 6, path);
    for (let round = 0; round < 30; round++) {
      writeOld(path, '1 an-older-pod\n');
      const answers = await Promise.all(processes.map((one) => one.tell('acquire')));
      const held = answers.filter((answer) => answer.startsWith('held'));
      assert.equal(held.length, 1, answers.join('; '));
      await Promise.all(processes.map((one) => one.tell('release')));
    }
  },
);

test('processes that take turns are never in at the same time', onLinux, async (t) => {
  const processes = await startProcesses(t, 4, lockPath(t));
  const answers = await Promise.all(processes.map((one) => one.tell('turns')));
  assert.deepEqual(answers, ['done', 'done', 'done', 'done']);
});

test('what a killed process held can be had at once', onLinux, async (t) => {
  const path = lockPath(t);
  const holder = await LockingProcess.start(t, path);
  assert.match(await holder.tell('acquire'), /^held/);
  assert.match(await refusal(path), /^it is in use/);
  await holder.kill();
  assert.equal(await refusal(path), 'not refused');
});

test('a process that stands still keeps it, however old the file becomes', onLinux, async (t) => {
  const path = lockPath(t);
  const holder = await LockingProcess.start(t, path);
  const held = await holder.tell('acquire');
  holder.child.kill('SIGSTOP');
  writeOld(path, readFileSync(path, 'utf8'));
  assert.match(await refusal(path), new RegExp(`^it is in use by process ${holder.child.pid} on `));
  holder.child.kill('SIGCONT');
  assert.match(held, /^held/);
  assert.equal(await holder.tell('release'), 'released');
  assert.equal(await refusal(path), 'not refused');
});

const unshare = ['unshare', '--pid', '--fork', '--kill-child'];
const unshareMissing =
  spawnSync('unshare', [...unshare.slice(1), 'true']).status === 0 ? false : 'process namespaces cannot be made here';

test('two containers of one pod, each of them process 1, do not take each other’s', {
  skip: unshareMissing,
}, async (t) => {
  const path = lockPath(t);
  const first = await LockingProcess.start(t, path, unshare);
  const second = await LockingProcess.start(t, path, unshare);
  assert.equal(await first.tell('acquire'), 'held by 1');
  const sentence = `it is in use by process 1 on ${hostname()} (${path})`;
  assert.equal(await second.tell('acquire'), sentence);
  assert.equal(await refusal(path), sentence);
  await first.kill();
  // Its namespace goes away with it, a moment later.
  let answer = await second.tell('acquire');
  while (answer === sentence) answer = await second.tell('acquire');
  assert.equal(answer, 'held by 1');
});

test('what a file says that nobody has locked is of no account', onLinux, async (t) => {
  const living = await LockingProcess.start(t, lockPath(t));
  const contents = [
    '',
    'nonsense',
    `${process.pid} ${hostname()}\n`,
    `${living.child.pid} ${hostname()}\n`,
    '1 other-pod\n',
    'x'.repeat(10_000),
  ];
  for (const content of contents) {
    const path = lockPath(t);
    writeFileSync(path, content);
    const lock = await SpoolLock.acquire(path);
    assert.equal(readFileSync(path, 'utf8'), `${process.pid} ${hostname()}\n`);
    await lock.release();
  }
});

test('a lock that says nothing is kept all the same', onLinux, async (t) => {
  const path = lockPath(t);
  const lock = await SpoolLock.acquire(path);
  writeFileSync(path, '');
  assert.equal(await refusal(path), `it is in use by another process (${path})`);
  await lock.release();
});

test('who lets go of a file that was deleted does not take the lock of the next one', onLinux, async (t) => {
  const path = lockPath(t);
  const first = await SpoolLock.acquire(path);
  unlinkSync(path);
  const second = await SpoolLock.acquire(path);
  await first.release();
  assert.match(await refusal(path), /^it is in use/);
  assert.equal(readFileSync(path, 'utf8'), `${process.pid} ${hostname()}\n`);
  await second.release();
});

test('where the kernel cannot be asked the spool works, and knows that nobody is kept out', async (t) => {
  const path = lockPath(t);
  const load = () => {
    throw new Error('live capture works on Linux only');
  };
  const lock = await SpoolLock.acquire(path, load);
  assert.ok(!lock.isExclusive);
  assert.equal(readFileSync(path, 'utf8'), `${process.pid} ${hostname()}\n`);
  await lock.release();
});

test('a file system that has no locks is an error, not a lock', async (t) => {
  const path = lockPath(t);
  const lock = () => {
    throw Object.assign(new Error('flock: No locks available (ENOLCK)'), { code: 'ENOLCK' });
  };
  await assert.rejects(
    SpoolLock.acquire(path, () => ({ lock })),
    /^Error: flock: No locks available \(ENOLCK\)$/,
  );
});
