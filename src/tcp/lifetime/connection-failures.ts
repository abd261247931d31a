import type { Counters } from '../../telemetry/counters.ts';
import type { Connection } from '../connection/connection.ts';
import type { CloseReason } from '../stream.ts';

/** Where errors of our own end: they cost the connection, not the capture. */
export class ConnectionFailures {
  readonly #counters: Counters;
  readonly #report: (error: unknown) => void;

  constructor(counters: Counters, report: (error: unknown) => void) {
    this.#counters = counters;
    this.#report = report;
  }

  /** Closes a connection on which something of ours has thrown. */
  fail(connection: Connection, error: unknown, time: number): void {
    this.#count(error);
    try {
      connection.close('failed', time);
    } catch (another) {
      this.#count(another);
    }
  }

  /** Closes a connection whose listener may throw as it hears what was held, and that. */
  close(connection: Connection, reason: CloseReason, time: number): void {
    try {
      connection.close(reason, time);
    } catch (error) {
      this.fail(connection, error, time);
    }
  }

  #count(error: unknown): void {
    this.#counters.internal_errors++;
    this.#report(error);
  }
}
