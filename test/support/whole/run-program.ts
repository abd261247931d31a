import { once } from 'node:events';
import { endingWithParent, startProgram } from '../program/start-program.ts';

export type ProgramRun = {
  /** Path of the program's `main.js`. */
  readonly program: string;
  readonly args: readonly string[];
  /** Nothing but these and PATH. */
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** Standard output is a terminal of this width. */
  readonly columns?: number | undefined;
};

export type ProgramOutput = { readonly code: number | null; readonly stdout: Buffer; readonly stderr: Buffer };

const pinnedMachine = new URL('pinned-machine.mjs', import.meta.url).href;

/** Runs a built program to its end, on a machine that is the same everywhere. */
export async function runProgram({ program, args, env = {}, folder, columns }: ProgramRun): Promise<ProgramOutput> {
  const [command = '', ...words] = [...endingWithParent, process.execPath, '--import', pinnedMachine, program, ...args];
  const pinned = columns === undefined ? {} : { PINNED_COLUMNS: String(columns) };
  const child = startProgram(command, words, {
    env: { PATH: process.env['PATH'], ...pinned, ...env },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout?.toArray(),
    child.stderr?.toArray(),
    once(child, 'close'),
  ]);
  return { code, stdout: Buffer.concat(stdout ?? []), stderr: Buffer.concat(stderr ?? []) };
}
