import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { startProgram } from '../program/start-program.ts';

/** A log server in a process of its own, which appends the id of each record to a file. */
export class ServerProcess {
  port = 0;
  readonly #program: string;
  readonly #more: readonly string[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'server-process-'));
  #process: ChildProcess | undefined;

  /** `program`: its file here; it is given the file, the port or 0, and `more`, and says its port. */
  constructor(t: TestContext, program: string, more: readonly string[] = []) {
    this.#program = program;
    this.#more = more;
    writeFileSync(this.#file, '');
    t.after(() => {
      this.kill('SIGKILL');
      // What was killed may be writing its last.
      rmSync(this.#folder, { recursive: true, maxRetries: 5 });
    });
  }

  async start(): Promise<void> {
    const program = join(import.meta.dirname, this.#program);
    const options = ['--import', 'tsx', program, this.#file, String(this.port), ...this.#more];
    const child = startProgram(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = child;
    this.port = await new Promise((resolve, reject) => {
      child.stdout.once('data', (line: Buffer) => resolve(Number(line.toString())));
      child.once('exit', () => reject(new Error('the server did not start')));
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  ids(): readonly string[] {
    return readFileSync(this.#file, 'utf8').split('\n').slice(0, -1);
  }

  get #file(): string {
    return join(this.#folder, 'received');
  }
}
