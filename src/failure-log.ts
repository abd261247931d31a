import type { Log } from './telemetry/log.ts';

/** Errors of our own that are written out; more are only counted. */
const maxLines = 10;

/** Tells of errors of our own that were contained, with where they were thrown, and does not flood the log. */
export function createFailureLog(log: Log): (error: unknown) => void {
  let lines = 0;
  return (error) => {
    if (lines++ >= maxLines) return;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error(`internal error, the connection or request it concerns is given up (please report this): ${text}`);
  };
}
