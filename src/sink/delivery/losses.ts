import type { Log } from '../../telemetry/log.ts';
import { type DropReason, dropReasons, type SinkAccount } from '../account.ts';

/** Losses of one kind are said at most so often. */
const quietMs = 60_000;

/** Counts dropped records by reason, and says the first of each kind at once and the others now and then. */
export class Losses {
  readonly #name: string;
  readonly #account: SinkAccount;
  readonly #log: Log;
  readonly #unsaid = new Map<DropReason, { records: number; quietUntil: number }>();

  constructor(name: string, account: SinkAccount, log: Log) {
    this.#name = name;
    this.#account = account;
    this.#log = log;
  }

  /** `detail` says more than the reason, for instance in the words of the server. */
  count(reason: DropReason, records: number, detail?: string): void {
    if (records === 0) return;
    this.#account.dropped[reason] += records;
    const unsaid = this.#unsaid.get(reason) ?? { records: 0, quietUntil: Number.NEGATIVE_INFINITY };
    this.#unsaid.set(reason, unsaid);
    unsaid.records += records;
    const now = performance.now();
    if (now < unsaid.quietUntil) return;
    const more = detail === undefined ? '' : `: ${detail}`;
    this.#log.warn(`${this.#name} lost ${unsaid.records} records: ${dropReasons[reason].long}${more}`);
    unsaid.records = 0;
    unsaid.quietUntil = now + quietMs;
  }
}
