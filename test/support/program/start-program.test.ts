// What a test file has started ends with it. These test files are made for the purpose: one fails, one hangs, one is
// killed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { namespacesMissing } from '../capture/network-namespace.ts';
import { endingWithParent } from './start-program.ts';

const imports = `
  import { test } from 'node:test';
  import { makeNamespaces } from ${JSON.stringify(new URL('../capture/network-namespace.ts', import.meta.url))};
  import { startProgram } from ${JSON.stringify(new URL('./start-program.ts', import.meta.url))};
  const say = (what) => console.log('told ' + what);
`;

/** Runs a test file; `told` is what it says first. */
async function runTestFile(t: TestContext, body: string) {
  const folder = mkdtempSync(`${tmpdir()}/khl-test-file-`);
  const path = `${folder}/some.test.ts`;
  writeFileSync(path, imports + body);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const file = spawn(process.execPath, ['--import', 'tsx', path], { stdio: ['ignore', 'pipe', 'inherit'], env });
  t.after(() => {
    file.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  const told: string = await new Promise((resolve, reject) => {
    createInterface({ input: file.stdout })
      .on('line', (line) => line.startsWith('told ') && resolve(line.slice(5)))
      .on('close', () => reject(new Error('the test file says nothing')));
  });
  return { file, told };
}

/** Waits until a process has ended: it may still be waiting for its parent to notice. */
async function untilEnded(pid: string): Promise<void> {
  while (isRunning(pid)) await sleep(10);
}

function isRunning(pid: string): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const skip = existsSync('/proc/self/status') ? false : 'processes are looked up in /proc';

test('a program that a failed test leaves running does not keep its file from ending', { skip }, async (t) => {
  const { file, told } = await runTestFile(
    t,
    `test('fails', () => {
      say(startProgram('sleep', ['1000']).pid);
      throw new Error('failed');
    });`,
  );
  assert.deepEqual(await once(file, 'exit'), [1, null]);
  await untilEnded(told);
});

test('a program ends with a test file that is killed', {
  skip: skip || (endingWithParent.length > 0 ? false : 'not installed: setpriv'),
}, async (t) => {
  const { file, told } = await runTestFile(
    t,
    `test('hangs', () => {
      say(startProgram('sleep', ['1000']).pid);
      return new Promise(() => {});
    });`,
  );
  file.kill('SIGKILL');
  await untilEnded(told);
});

test('namespaces, and what somebody else has started in them, are gone when the time of a test is up', {
  skip: skip || namespacesMissing,
}, async (t) => {
  const { file, told } = await runTestFile(
    t,
    `test('hangs', { timeout: 1000 }, (t) => {
      const [namespace] = makeNamespaces(t, 1);
      const { pid } = startProgram('ip', ['netns', 'exec', namespace.name, 'sleep', '1000']);
      say(namespace.name + ' ' + pid);
      return new Promise(() => {});
    });`,
  );
  assert.deepEqual(await once(file, 'exit'), [1, null]);
  const [name = '', pid = ''] = told.split(' ');
  assert.ok(!existsSync(`/run/netns/${name}`));
  await untilEnded(pid);
});
