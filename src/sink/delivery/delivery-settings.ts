import type { BacklogLimits } from './backlog.ts';
import type { RetryLimits } from './circuit.ts';

/** How records are collected, wait and are sent again; the same for every kind of server. */
export type DeliverySettings = BacklogLimits &
  RetryLimits & {
    /** A batch is sealed when it has this many records or bytes, or is this old. */
    readonly batchRecords: number;
    readonly batchBytes: number;
    readonly batchAgeMs: number;
    /** Batches under way at once; 1 keeps the strict order. */
    readonly inFlight: number;
  };
