import type { deliveryVariables } from '../../../src/config/delivery-variables.ts';
import type { Expectations } from './expectation.ts';
import { KiB, MiB, wrongSizes } from './value-forms.ts';

export const deliveryExpectations: Expectations<typeof deliveryVariables> = {
  QUEUE_LIMIT: {
    read: (settings) => settings.delivery.queue.queueBytes,
    unset: 16 * MiB,
    accepted: [
      ['2MiB', 2 * MiB],
      ['1GiB', 1024 * MiB],
    ],
    wrong: ['1023KiB', '1025MiB', ...wrongSizes],
  },
  QUEUE_FULL: {
    read: (settings) => settings.delivery.queue.whenFull,
    unset: 'drop-oldest',
    accepted: [
      ['drop-newest', 'drop-newest'],
      ['Drop-Oldest', 'drop-oldest'],
    ],
    wrong: ['block', 'oldest', 'drop'],
  },
  BATCH_RECORDS: {
    read: (settings) => settings.delivery.queue.batchRecords,
    unset: 1000,
    accepted: [
      ['1', 1],
      ['100000', 100_000],
    ],
    wrong: ['0', '100001', '-1', '1e3', 'all'],
  },
  BATCH_BYTES: {
    read: (settings) => settings.delivery.queue.batchBytes,
    unset: MiB,
    accepted: [
      ['16KiB', 16 * KiB],
      ['8MiB', 8 * MiB],
    ],
    wrong: ['15KiB', '17MiB', ...wrongSizes],
  },
  BATCH_AGE_MS: {
    read: (settings) => settings.delivery.queue.batchAgeMs,
    unset: 500,
    accepted: [
      ['1', 1],
      ['60000', 60_000],
    ],
    wrong: ['0', '60001', '1s', '0.5'],
  },
  BATCHES_IN_FLIGHT: {
    read: (settings) => settings.delivery.queue.inFlight,
    unset: 4,
    accepted: [
      ['1', 1],
      ['32', 32],
    ],
    wrong: ['0', '33', 'many'],
  },
  RETRY_MIN_MS: {
    read: (settings) => settings.delivery.queue.retryMinMs,
    unset: 100,
    accepted: [
      ['10', 10],
      ['30000', 30_000],
    ],
    wrong: ['9', '60001', '1s'],
  },
  RETRY_MAX_MS: {
    read: (settings) => settings.delivery.queue.retryMaxMs,
    unset: 9000,
    accepted: [
      ['100', 100],
      ['3600000', 3_600_000],
    ],
    wrong: ['9', '3600001', '1m'],
  },
  RETRY_FOR_S: {
    read: (settings) => settings.delivery.queue.maxAgeMs,
    unset: 3_600_000,
    accepted: [
      ['1', 1000],
      ['31536000', 31_536_000_000],
    ],
    wrong: ['0', '31536001', '1h', 'forever'],
  },
  SPOOL_DIR: {
    read: (settings) => settings.delivery.spool.directory,
    unset: undefined,
    accepted: [['/var/spool/logger', '/var/spool/logger']],
    wrong: [],
  },
  SPOOL_LIMIT: {
    read: (settings) => settings.delivery.spool.limitBytes,
    unset: 256 * MiB,
    accepted: [
      ['1MiB', MiB],
      ['64GiB', 64 * 1024 * MiB],
    ],
    wrong: ['1023KiB', '65GiB', ...wrongSizes],
  },
  SHUTDOWN_GRACE_MS: {
    read: (settings) => settings.delivery.shutdownGraceMs,
    unset: 25_000,
    accepted: [
      ['0', 0],
      ['3600000', 3_600_000],
    ],
    wrong: ['-1', '3600001', '25s'],
  },
};
