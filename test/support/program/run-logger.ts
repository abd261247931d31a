// Runs the built program as a user would, and reads what it writes.
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FlatRecord } from '../record/flat-record.ts';
import { endingWithParent, startProgram } from './start-program.ts';

export const program = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));

/** Why the built program cannot be run, or `false`: the value of a test's `skip`. */
export const programMissing: string | false = existsSync(program) ? false : 'dist/main.js is not there: npm run build';

export type Finished = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type RunOptions = {
  /** Nothing but these and PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the program is run under, for instance `setpriv ...`. */
  readonly under?: readonly string[];
  /** All of its standard input; `open` never ends. */
  readonly input?: Buffer | 'open';
};

/** The program, from its start on. */
export class RunningLogger {
  readonly finished: Promise<Finished>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';
  #hasEnded = false;

  constructor(args: readonly string[], { env = {}, under = [], input }: RunOptions = {}) {
    const [command = '', ...rest] = [...under, ...endingWithParent, process.execPath, program, ...args];
    const child = startProgram(command, rest, { env: { PATH: process.env['PATH'], ...env } });
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text) => {
      this.#stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      this.#stderr += text;
    });
    // A program that ends at once does not take its input.
    child.stdin.on('error', () => {});
    if (input !== 'open') child.stdin.end(input);
    this.finished = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        this.#hasEnded = true;
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  /** Its records until now. */
  get records(): FlatRecord[] {
    return recordsOf(this.#stdout.slice(0, this.#stdout.lastIndexOf('\n') + 1));
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Waits until something holds, however busy the machine is, unless the program ends before. */
  async until(holds: (logger: RunningLogger) => boolean, what: string): Promise<void> {
    for (const deadline = Date.now() + 60_000; ; await sleep(10)) {
      const hasEnded = this.#hasEnded;
      if (holds(this)) return;
      if (Date.now() < deadline && !hasEnded) continue;
      throw new Error(`no ${what}: ${this.#stderr}\n${this.#stdout.slice(0, 5000)}`);
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to end as Kubernetes does. */
  async stop(): Promise<Finished & { readonly records: readonly FlatRecord[] }> {
    this.signal('SIGTERM');
    const finished = await this.finished;
    return { ...finished, records: recordsOf(finished.stdout) };
  }
}

/** Runs the program to its end. */
export function runLogger(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return new RunningLogger(args, options).finished;
}

/**
 * Starts a live capture and waits until it is under way. Its ring is large: the machine may be busy with other tests.
 */
export async function startCapture(
  env: Readonly<Record<string, string>>,
  under: readonly string[] = [],
): Promise<RunningLogger> {
  const logger = new RunningLogger([], { env: { CAP_RING: '32MiB', ...env }, under });
  await logger.until(({ stderr }) => /info {2}(capturing|nothing is captured yet)/.test(stderr), 'capture');
  return logger;
}

/** One record per line, and nothing else. */
export function recordsOf(stdout: string): FlatRecord[] {
  if (stdout === '') return [];
  if (!stdout.endsWith('\n')) throw new Error(`the last line is not whole: ${stdout.slice(-200)}`);
  return stdout
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line));
}
