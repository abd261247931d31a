import type { Batch } from '../batch.ts';
import type { Reporting } from '../reporting.ts';

export type SpoolOptions = Reporting & {
  /** Belongs to this sink alone; it and the directory that it is in are made when they are not there. */
  readonly directory: string;
  /** Size of all files together. When it is reached the oldest is deleted. */
  readonly limitBytes: number;
  /** Makes a batch of this version of one that an earlier version has left, where they differ. */
  readonly fromEarlierBatch?: ((batch: Batch) => Batch) | undefined;
};
