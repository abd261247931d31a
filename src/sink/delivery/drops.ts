import { amount } from '../../telemetry/amount.ts';
import { type DropReason, droppedRecords, dropReasons, whyDropped } from '../account.ts';
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
    log.warn(`${name} lost ${amount(unsaid.records, 'record')}: ${whyDropped(reason, unsaid.records)}${more}`);
    unsaid.records = 0;
    unsaid.quietUntil = now + quietMs;
  }

  /** At the end: sums up all losses, unless one line has said them. */
  end(): void {
    const { name, account, log } = this.#reporting;
    const reasons = [...this.#unsaid.keys()];
    if (reasons.length < 2 && [...this.#unsaid.values()].every(({ records }) => records === 0)) return;
    const parts = reasons.map((reason) => `${account.dropped[reason]} ${dropReasons[reason].short}`);
    log.warn(`${name} lost ${amount(droppedRecords(account), 'record')} in all: ${parts.join(', ')}`);
  }
}
