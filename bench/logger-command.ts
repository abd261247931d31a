import { fileURLToPath } from 'node:url';
import type { Command } from './command.ts';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The built logger; `headers` is `LOG_HEADERS`. */
export function loggerCommand(headers: boolean, words: readonly string[] = [], env: Command['env'] = {}): Command {
  return {
    name: `this, headers ${headers ? 'on' : 'off'}`,
    words: [process.execPath, program, ...words],
    env: { LOG_HEADERS: String(headers), ...env },
  };
}

/** From the summary that the logger prints at its end: a number in front of these words, 0 when they are not there. */
export function summaryCount(errors: string, words: string): number {
  return Number(new RegExp(`(\\d+) ${words}`).exec(errors)?.[1] ?? 0);
}
