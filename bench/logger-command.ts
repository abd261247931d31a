import { fileURLToPath } from 'node:url';
import type { Command } from './command.ts';

/** What `npm run build` makes. */
export const ownProgram = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The built logger; `headers` is `LOG_HEADERS`. */
export function loggerCommand(headers: boolean, words: readonly string[] = [], env: Command['env'] = {}): Command {
  const name = `this, headers ${headers ? 'on' : 'off'}`;
  return { ...buildCommand(ownProgram, words, { LOG_HEADERS: String(headers), ...env }), name };
}

/** Any build of the logger, by its `dist/main.js`. */
export function buildCommand(program: string, words: readonly string[], env: NonNullable<Command['env']>): Command {
  return { name: program, words: [process.execPath, program, ...words], env };
}

/** From the summary that the logger prints at its end: a number in front of these words, 0 when they are not there. */
export function summaryCount(errors: string, words: string): number {
  return Number(new RegExp(`(\\d+) ${words}`).exec(errors)?.[1] ?? 0);
}
