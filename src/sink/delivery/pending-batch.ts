import { type Batch, sliceBatch } from '../batch.ts';
import type { SpoolEntry } from '../spool/spool-contents.ts';

/** How a server has failed at a batch, perhaps because of one of its records. Its parts inherit it. */
export type BatchFailures = {
  readonly times: number;
  /** How often it had taken other records since the time before: it works then, and one of these is the cause. */
  readonly blamed: number;
  /** How many records it had taken in all, the last time. */
  readonly deliveredThen: number;
};

/** A batch, or a part of one, on its way: in memory, on disk or both. */
export type PendingBatch = {
  /** Its place in the order of sealing; for a part, also where in its batch it begins. */
  readonly sequence: number;
  readonly offset: number;
  readonly records: number;
  /** When this process first had it, milliseconds of the monotonic clock. */
  readonly since: number;
  /** Undefined while it is on disk only, and after it is settled. */
  batch: Batch | undefined;
  /** Where it is on disk; all parts of a batch have the same. */
  entry: SpoolEntry | undefined;
  /** On its way to the disk: it must not be sent before. */
  isAppending: boolean;
  /** Undefined until the server fails at it. */
  failures?: BatchFailures;
};

/** The pending with its bytes in memory. */
export type LoadedBatch = PendingBatch & { batch: Batch };

export function isLoaded(pending: PendingBatch): pending is LoadedBatch {
  return pending.batch !== undefined;
}

/** Whether it can be read back, by this process or the next. */
export function isOnDisk({ entry }: PendingBatch): boolean {
  return entry !== undefined && !entry.segment.isDeleted;
}

/** Whether only the whole batch, of which it is a part, can be read back. */
export function isPart({ entry, records }: PendingBatch): boolean {
  return entry !== undefined && records < entry.records;
}

/** Both parts of a batch that is sent in two; `at` is the first record of the second one. */
export function splitPending(pending: LoadedBatch, at: number): readonly [LoadedBatch, LoadedBatch] {
  const part = (from: number, to: number) => ({
    ...pending,
    offset: pending.offset + from,
    records: to - from,
    batch: sliceBatch(pending.batch, from, to),
  });
  return [part(0, at), part(at, pending.records)];
}
