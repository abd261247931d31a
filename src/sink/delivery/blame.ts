import type { SendOutcome } from '../transport.ts';
import type { LoadedBatch } from './pending-batch.ts';

/** One record must be the cause this often: what fails now and then, such as one of two servers, loses nothing. */
const enoughBlame = 8;

/**
 * What it means that a server has failed at a batch. It fails at everything, unless it has taken other records since it
 * failed at this batch before: then halving finds the record that is the cause, and only that one is dropped.
 * `delivered`: how many records it has taken in all.
 */
export function blame(pending: LoadedBatch, outcome: SendOutcome, delivered: number): SendOutcome {
  if (outcome.kind !== 'retry' || outcome.maybeByRecord !== true) return outcome;
  const { times, blamed, deliveredThen } = pending.failures ?? { times: 0, blamed: 0, deliveredThen: delivered };
  const takesOthers = delivered > deliveredThen;
  const failures = { times: times + 1, blamed: blamed + (takesOthers ? 1 : 0), deliveredThen: delivered };
  pending.failures = failures;
  if (!takesOthers) return outcome;
  if (pending.records > 1) return { kind: 'too-large' };
  return failures.blamed >= enoughBlame ? { kind: 'rejected', reason: outcome.reason } : outcome;
}
