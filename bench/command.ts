import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Output } from './drain.ts';
import { endedChildrenCpuSeconds, type Memory, memoryOf } from './process-usage.ts';

export type Command = {
  readonly name: string;
  readonly words: readonly string[];
  /** Beside PATH; nothing else of this process's environment is passed on. */
  readonly env?: Readonly<Record<string, string>>;
};

const memoryIntervalMs = 20;
/** For what a command says when it is ready, on a machine that is busy. */
const saysLimitMs = 60_000;
/** Who is asked to stop has this long. */
const stopLimitMs = 10_000;
/** Of what a command says on stderr, the end is kept. */
const keptErrorCharacters = 20_000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A command whose output is counted and thrown away. */
export class RunningCommand {
  readonly pid: number;
  /** The exit code, once all its output is counted; `null` when a signal ended it. */
  readonly ended: Promise<number | null>;
  readonly output: Output;
  errors = '';
  #memory: Memory = { peakBytes: 0, privateBytes: 0 };
  readonly #child: ChildProcess;

  constructor(command: Command, output: Output) {
    const [program = '', ...words] = command.words;
    const { PATH = '' } = process.env;
    this.output = output;
    this.#child = spawn(program, words, {
      env: { PATH, ...command.env },
      stdio: ['ignore', output.descriptor, 'pipe'],
    });
    output.release();
    running.add(this.#child);
    this.#child.stderr?.on('data', (chunk) => {
      this.errors = (this.errors + chunk).slice(-keptErrorCharacters);
    });
    if (this.#child.pid === undefined) throw new Error(`${program} cannot be started`);
    this.pid = this.#child.pid;
    this.memory();
    const timer = setInterval(() => this.memory(), memoryIntervalMs);
    this.ended = new Promise((resolve) => {
      this.#child.once('close', async (code) => {
        clearInterval(timer);
        running.delete(this.#child);
        await output.ended;
        resolve(code);
      });
    });
  }

  /** As it is now; after the end, as it was seen last, at most 20 ms earlier. */
  memory(): Memory {
    this.#memory = memoryOf(this.pid) ?? this.#memory;
    return this.#memory;
  }

  async saysOnStderr(text: string): Promise<void> {
    for (const deadline = Date.now() + saysLimitMs; !this.errors.includes(text); await sleep(10)) {
      const { exitCode } = this.#child;
      if (exitCode !== null || Date.now() > deadline) throw new Error(`no '${text}' from it, but: ${this.errors}`);
    }
  }

  async stop(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    this.#child.kill(signal);
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), stopLimitMs);
    await this.ended;
    clearTimeout(limit);
  }
}

export type Measurement = {
  readonly seconds: number;
  /** User and system, all threads, from the start of the process to its end. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly lines: number;
  /** What went wrong, for the reader of the table. */
  readonly failure: string | undefined;
  readonly errors: string;
};

/**
 * Runs a command to its end, alone: no other child of this process may end meanwhile, for its CPU time would be counted
 * too.
 */
export async function measure(command: Command, output: Output, limitSeconds: number): Promise<Measurement> {
  const cpuBefore = endedChildrenCpuSeconds();
  const started = performance.now();
  const run = new RunningCommand(command, output);
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    void run.stop('SIGKILL');
  }, limitSeconds * 1000);
  const code = await run.ended;
  const seconds = (performance.now() - started) / 1000;
  clearTimeout(limit);
  const failure = isLate ? `stopped after ${limitSeconds} s` : code === 0 ? undefined : `exit code ${code}`;
  return {
    seconds,
    cpuSeconds: endedChildrenCpuSeconds() - cpuBefore,
    peakBytes: run.memory().peakBytes,
    lines: run.output.lines,
    failure,
    errors: run.errors,
  };
}
