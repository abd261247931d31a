import { anyText, choice } from './kind.ts';
import { byteSize, integer } from './number-kinds.ts';
import { optional, type Values, variable } from './variable.ts';

export const deliveryVariables = {
  QUEUE_LIMIT: variable(byteSize('1MiB', '1GiB'), {
    default: '16MiB',
    meaning:
      'memory for encoded records that wait for their server or are under way, for each sink; in a container ' +
      'less, if its memory limit is low',
  }),
  QUEUE_FULL: variable(choice(['drop-oldest', 'drop-newest']), {
    default: 'drop-oldest',
    meaning: 'which records give way when the queue is full; they are counted',
  }),
  BATCH_RECORDS: variable(integer(1, 100_000), { default: '1000', meaning: 'most records sent together' }),
  BATCH_BYTES: variable(byteSize('16KiB', '16MiB'), {
    default: '1MiB',
    meaning: 'most bytes sent together, before compression; a larger record is dropped and counted',
  }),
  BATCH_AGE_MS: variable(integer(1, 60_000, 'ms'), {
    default: '500',
    meaning: 'how long a record waits for others to be sent with it',
  }),
  BATCHES_IN_FLIGHT: variable(integer(1, 32), {
    default: '4',
    meaning: 'batches under way at once; `1` keeps the order of records strictly, also through failures',
  }),
  RETRY_MIN_MS: variable(integer(10, 60_000, 'ms'), {
    default: '100',
    meaning: 'shortest wait before a server that failed is tried again; the waits grow, with a random part',
  }),
  RETRY_MAX_MS: variable(integer(10, 3_600_000, 'ms'), {
    default: '9000',
    meaning:
      'longest such wait, and nearly that long once several attempts have failed; if it is set, not less than ' +
      '`RETRY_MIN_MS`',
  }),
  RETRY_FOR_S: variable(integer(1, 31_536_000, 's'), {
    default: '3600',
    meaning: 'records that could not be delivered for this long are dropped and counted; a restart begins anew',
  }),
  SPOOL_DIR: optional(anyText('path of a directory'), {
    unset: 'no spool',
    meaning:
      'keeps records on disk until they are delivered, so that they survive a crash or a long outage; for one ' +
      'process alone; made when it is not there, but not what it is in',
  }),
  SPOOL_LIMIT: variable(byteSize('1MiB', '64GiB'), {
    default: '256MiB',
    meaning: 'size of the spool of each sink; when it is full the oldest records are dropped and counted',
  }),
  SHUTDOWN_GRACE_MS: variable(integer(0, 3_600_000, 'ms'), {
    default: '25000',
    meaning:
      'how long everything may take after SIGTERM: what `DRAIN` waits for, and the delivery of queued records; ' +
      'keep it below the `terminationGracePeriodSeconds` of the pod',
  }),
};

/** The section of the settings that delivery takes, the same for every sink. */
export function arrangeDelivery(values: Values<typeof deliveryVariables>) {
  return {
    queue: {
      queueBytes: values.QUEUE_LIMIT,
      whenFull: values.QUEUE_FULL,
      batchRecords: values.BATCH_RECORDS,
      batchBytes: values.BATCH_BYTES,
      batchAgeMs: values.BATCH_AGE_MS,
      inFlight: values.BATCHES_IN_FLIGHT,
      retryMinMs: values.RETRY_MIN_MS,
      retryMaxMs: Math.max(values.RETRY_MIN_MS, values.RETRY_MAX_MS),
      maxAgeMs: values.RETRY_FOR_S * 1000,
    },
    /** Without a directory there is none. */
    spool: { directory: values.SPOOL_DIR, limitBytes: values.SPOOL_LIMIT },
    shutdownGraceMs: values.SHUTDOWN_GRACE_MS,
  };
}
