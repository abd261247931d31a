import type { SinkSummary } from '../telemetry/summary.ts';

type DropReasonWords = { readonly short: string; readonly long: string; readonly one?: string };

/**
 * Why records did not reach their server, one counter for each: in a word for the summary, and as the end of "lost 3
 * records: ..." (`one`: of "lost 1 record: ...", where that differs).
 */
export const dropReasons = {
  queue_full: { short: 'queue full', long: 'the queue was full' },
  spool_full: { short: 'spool full', long: 'the spool was full' },
  spool_damaged: {
    short: 'spool damaged',
    long: 'their place in the spool could not be read',
    one: 'its place in the spool could not be read',
  },
  expired: {
    short: 'expired',
    long: 'they could not be delivered for too long',
    one: 'it could not be delivered for too long',
  },
  too_large: {
    short: 'too large',
    long: 'they are larger than a batch or than the server takes',
    one: 'it is larger than a batch or than the server takes',
  },
  rejected: { short: 'rejected', long: 'the server refused them', one: 'the server refused it' },
  encoding_failed: {
    short: 'not encoded',
    long: 'they could not be encoded, an error of our own, please report it',
    one: 'it could not be encoded, an error of our own, please report it',
  },
  shutdown: { short: 'not taken before the end', long: 'the process ended first' },
  closed: { short: 'output closed', long: 'nobody reads the output any more' },
} as const satisfies { readonly [reason: string]: DropReasonWords };

export type DropReason = keyof typeof dropReasons;

/**
 * Whether a sink delivers: `failing` tries again and again, `misconfigured` waits for the operator to change the
 * configuration.
 */
export type DeliveryState = 'working' | 'failing' | 'misconfigured';

/** What became of the records of one sink, in records where nothing else is said; see `unaccounted`. */
export type SinkAccount = {
  written: number;
  /** Found in the spool at the start: an earlier process wrote them. */
  replayed: number;
  delivered: number;
  readonly dropped: { [Reason in DropReason]: number };
  /** In memory: collected, waiting or under way. */
  queued: number;
  /** Waiting on disk only. */
  spooled: number;
  /** Sent again, counted each time. */
  retried: number;
  /** Records that the server already had. */
  duplicates: number;
  /** Records without their headers or more, because they were larger than a datagram. */
  cut: number;
  /** Bytes of the queued records, and of the files of the spool. */
  queuedBytes: number;
  spoolBytes: number;
  /** Failed reads and writes of the spool, and bytes that were cut off its files because they were damaged. */
  spoolErrors: number;
  spoolCutBytes: number;
  /** Batches under way. */
  inFlight: number;
  state: DeliveryState;
  lastError: string | undefined;
};

export function createSinkAccount(): SinkAccount {
  const dropped: Partial<SinkAccount['dropped']> = {};
  for (const reason of Object.keys(dropReasons) as DropReason[]) dropped[reason] = 0;
  return {
    written: 0,
    replayed: 0,
    delivered: 0,
    dropped: dropped as SinkAccount['dropped'],
    queued: 0,
    spooled: 0,
    retried: 0,
    duplicates: 0,
    cut: 0,
    queuedBytes: 0,
    spoolBytes: 0,
    spoolErrors: 0,
    spoolCutBytes: 0,
    inFlight: 0,
    state: 'working',
    lastError: undefined,
  };
}

/** The account for the summary line. */
export function summaryOf(name: string, account: SinkAccount): SinkSummary {
  const { delivered, retried, duplicates, cut, spoolCutBytes, queued, spooled } = account;
  const dropped = Object.entries(dropReasons).map(
    ([reason, { short }]) => [account.dropped[reason as DropReason], short] as const,
  );
  return { name, delivered, retried, duplicates, cut, spoolCutBytes, queued, spooled, dropped };
}

/** Every number of the account that is not zero, for the debug lines. */
export function accountLine(name: string, account: SinkAccount): string {
  const numbers = Object.entries({ ...account, ...account.dropped });
  return numbers
    .filter(([, value]) => typeof value === 'number' && value > 0)
    .map(([key, value]) => `${name}_${Object.hasOwn(dropReasons, key) ? 'dropped_' : ''}${key}=${value}`)
    .join(' ');
}

/** Why this many records did not reach their server. */
export function whyDropped(reason: DropReason, records: number): string {
  const words: DropReasonWords = dropReasons[reason];
  return (records === 1 ? words.one : undefined) ?? words.long;
}

export function droppedRecords(account: SinkAccount): number {
  return Object.values(account.dropped).reduce((sum, records) => sum + records, 0);
}

/**
 * Records that came and are in no counter: always 0, because written + replayed = delivered + dropped + queued +
 * spooled.
 */
export function unaccounted(account: SinkAccount): number {
  const { written, replayed, delivered, queued, spooled } = account;
  return written + replayed - delivered - droppedRecords(account) - queued - spooled;
}
