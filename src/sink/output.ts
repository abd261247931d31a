import type { Batch } from './batch.ts';
import type { RecordEncoder } from './record-encoder.ts';
import type { Sink } from './sink.ts';
import type { CheckResult, Transport } from './transport.ts';

/** What an opened sink does with records. */
export type Output = BatchOutput | RecordOutput;

/** Encoded records are collected, and delivered to a server or into a file. */
export type BatchOutput = {
  readonly kind: 'batches';
  readonly encoder: RecordEncoder;
  readonly transport: Transport;
  /** When the server or its protocol has a limit below BATCH_BYTES. */
  readonly maxBatchBytes?: number;
  /** Makes a batch of this version of one that an earlier version has left in the spool, where they differ. */
  readonly fromEarlierBatch?: (batch: Batch) => Batch;
};

/** Each record is written at once. */
export type RecordOutput = {
  readonly kind: 'records';
  /** `queueBytes` may wait for a slow reader. */
  readonly open: (queueBytes: number) => Sink;
  readonly check: () => CheckResult;
};
