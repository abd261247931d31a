import { visibleText } from '../bytes/visible-text.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';

/** Diagnostics for the operator: one line each, on stderr, never on stdout. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/**
 * `write` takes whole lines, in which everything can be seen, whatever a server or a file's name has put into a
 * message; with `verbose`, debug lines are among them.
 */
export function createLog(write: (line: string) => void, verbose: boolean, now: () => Date): Log {
  const line = (level: Level) => (message: string) => {
    const inOneLine = message.trimEnd().replaceAll(/\s*[\r\n]\s*/g, ' ');
    write(`${now().toISOString()} ${level.padEnd(5)} ${visibleText(inOneLine)}\n`);
  };
  return { debug: verbose ? line('debug') : () => {}, info: line('info'), warn: line('warn'), error: line('error') };
}
