import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProgram } from './start-program.ts';

/** Why there can be no terminal here, or `false`. */
export const terminalMissing: string | false =
  process.platform === 'linux' && ['script', 'stty'].every((name) => spawnSync(name, ['--version']).error === undefined)
    ? false
    : 'not installed: script (util-linux), stty';

/** A command at a terminal of its own, as in a window; its size is not known (0 columns) until it is given one. */
export class Terminal {
  /** What was shown until now. */
  text = '';
  /** The exit code of the command, or null when the terminal was closed before. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess & { readonly stdin: NodeJS.WritableStream };
  readonly #folder = mkdtempSync(join(tmpdir(), 'terminal-'));
  #hasEnded = false;
  /** Known when there is no folder any more. */
  #session: string | undefined;

  constructor(command: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    const told = `echo $$ >'${this.#folder}/session'; tty >'${this.#folder}/device'; exec ${quoted}`;
    const child = startProgram('script', ['--quiet', '--return', '--flush', '--command', told, '/dev/null'], { env });
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text) => {
      this.text += text;
    });
    child.stdin.on('error', () => {});
    this.ended = new Promise((resolve) => {
      child.once('close', (code) => {
        this.#hasEnded = true;
        resolve(code);
      });
    });
  }

  /** Waits until this is shown, however busy the machine is, unless the command ends before. */
  async shows(what: RegExp): Promise<void> {
    for (const deadline = Date.now() + 120_000; Date.now() < deadline; await sleep(20)) {
      const hasEnded = this.#hasEnded;
      if (what.test(this.text)) return;
      if (hasEnded) break;
    }
    throw new Error(`the terminal does not show ${what}: ${this.text}`);
  }

  type(text: string): void {
    this.#child.stdin.write(text);
  }

  resize(columns: number): void {
    execFileSync('stty', ['-F', this.#told('device'), 'cols', String(columns), 'rows', '24']);
  }

  /** The window is closed. */
  async close(): Promise<void> {
    this.#session ??= this.#told('session');
    this.#child.kill('SIGKILL');
    await this.ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Nothing at the terminal does anything any more, as on a machine that sleeps. */
  freeze(): void {
    for (const pid of this.processes) process.kill(pid, 'SIGSTOP');
  }

  /** What runs at it. */
  get processes(): readonly number[] {
    const session = this.#session ?? this.#told('session');
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && sessionOf(name) === session)
      .map(Number);
  }

  #told(name: string): string {
    return readFileSync(join(this.#folder, name), 'utf8').trim();
  }
}

/** The fourth field behind the program's name, which may have spaces. */
function sessionOf(pid: string): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3];
  } catch {
    return undefined;
  }
}
