import type { LogRecord } from '../record/record.ts';
import type { SinkAccount } from './account.ts';

/** Where records go. `write` never throws and never blocks. */
export interface Sink {
  readonly name: string;
  readonly account: SinkAccount;
  /** How long the record that has waited longest in this process has waited, milliseconds; 0 if none waits. */
  readonly oldestAgeMs: number;
  write(record: LogRecord): void;
  /**
   * Resolves when the sink can take much more; undefined when it can already. Live capture never waits, reading a file
   * does.
   */
  ready(): Promise<void> | undefined;
  /**
   * Hands over what is still queued, for at most this long (milliseconds; Infinity waits for as long as it takes), and
   * counts the rest as dropped or leaves it in the spool. Resolves when nothing is queued any more. Called again, the
   * earlier deadline holds.
   */
  close(withinMs: number): Promise<void>;
}
