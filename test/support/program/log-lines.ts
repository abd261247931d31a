import { createLog, type Log } from '../../../src/telemetry/log.ts';

/** A log that keeps its lines for a test: `level message`, without the debug lines. */
export class LogLines {
  readonly all: string[] = [];
  readonly log: Log = createLog(
    (line) => this.all.push(line.slice(line.indexOf(' ') + 1).trimEnd()),
    false,
    () => new Date(),
  );

  matching(pattern: RegExp): readonly string[] {
    return this.all.filter((line) => pattern.test(line));
  }
}
