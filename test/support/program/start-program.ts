import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { after } from 'node:test';

const running = new Set<ChildProcess>();

/**
 * In front of a command: the kernel kills it when the process that started it is gone, even if that was killed itself.
 * A program that changes its user loses this, so there the words are needed once more behind it.
 */
export const endingWithParent: readonly string[] = existsSync('/usr/bin/setpriv')
  ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--']
  : [];

/** `spawn`, of a program that does not outlive the test file, whether that passes, fails or is killed. */
export const startProgram = ((command: string, words: readonly string[], options: object = {}) => {
  const [first = '', ...rest] = [...endingWithParent, command, ...words];
  const child = spawn(first, rest, options);
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}) as typeof spawn;

// One that still runs when all tests are over would keep the file from ending. Benchmarks use some tools of the tests,
// but have no tests.
if (process.argv[1]?.endsWith('.test.ts')) {
  after(() => {
    for (const child of running) child.kill('SIGKILL');
  });
}
