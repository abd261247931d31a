import type { Log } from '../telemetry/log.ts';
import type { SinkAccount } from './account.ts';

/** Where every part of a sink reports: the counters of its account, and log lines under its name. */
export type Reporting = {
  readonly name: string;
  readonly account: SinkAccount;
  readonly log: Log;
};
