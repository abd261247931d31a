import type { SendOutcome } from '../transport.ts';
import type { Backlog } from './backlog.ts';
import type { LoadedBatch } from './pending-batch.ts';

/** How many records of a batch are to be sent again, and how many its server had already. */
export type Settled = { readonly retried: number; readonly duplicates: number };

/** Does with the records of a batch what the outcome of an attempt says. */
export function settle(backlog: Backlog, pending: LoadedBatch, outcome: SendOutcome): Settled {
  const { records } = pending;
  switch (outcome.kind) {
    case 'delivered':
      backlog.delivered(pending);
      return { retried: 0, duplicates: outcome.duplicates ?? 0 };
    case 'rejected':
      backlog.drop(pending, 'rejected', outcome.reason);
      return { retried: 0, duplicates: 0 };
    case 'too-large':
      if (records === 1) backlog.drop(pending, 'too_large');
      else backlog.putBack(backlog.cut(pending, records >> 1));
      return { retried: 0, duplicates: 0 };
    case 'mixed':
      backlog.mixed(pending, outcome);
      return { retried: outcome.retry.length, duplicates: outcome.duplicates };
    case 'retry':
    case 'misconfigured':
      backlog.putBack(pending);
      return { retried: records, duplicates: 0 };
  }
}
