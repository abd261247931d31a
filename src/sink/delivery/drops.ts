import { type DropReason, dropReasons } from '../account.ts';
import type { Reporting } from '../reporting.ts';

/** Drops of one kind are said at most this often. */
const quietMs = 60_000;

/** Counts dropped records by reason, and says the first of each kind at once and the others now and then. */
export class Drops {
  readonly #reporting: Reporting;
  readonly #unsaid = new Map<DropReason, { records: number; quietUntil: number }>();

  constructor(reporting: Reporting) {
    this.#reporting = reporting;
  }

  /** `detail` says more than the reason, for instance in the words of the server. */
  count(reason: DropReason, records: number, detail?: string): void {
    if (records === 0) return;
    const { name, account, log } = this.#reporting;
    account.dropped[reason] += records;
    const unsaid = this.#unsaid.get(reason) ?? { records: 0, quietUntil: Number.NEGATIVE_INFINITY };
    this.#unsaid.set(reason, unsaid);
    unsaid.records += records;
    const now = performance.now();
    if (now < unsaid.quietUntil) return;
    const more = detail === undefined ? '' : `: ${detail}`;
    log.warn(`${name} lost ${unsaid.records} records: ${dropReasons[reason].long}${more}`);
    unsaid.records = 0;
    unsaid.quietUntil = now + quietMs;
  }
}
