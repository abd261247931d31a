import type { Log } from '../telemetry/log.ts';

/** Errors of our own that are written out; more are only counted. */
const maxLines = 10;

/** Tells of errors of our own that were contained, with where they were thrown, and does not flood the log. */
export function createFailureLog(log: Log): (error: unknown, consequence?: string) => void {
  let lines = 0;
  return (error, consequence = 'the connection or packet it concerns is given up') => {
    if (lines++ >= maxLines) return;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error(`internal error, ${consequence} (please report this): ${text}`);
    if (lines === maxLines) log.error('more internal errors are only counted (internal_errors)');
  };
}
