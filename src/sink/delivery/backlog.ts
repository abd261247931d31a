import type { DropReason, SinkAccount } from '../account.ts';
import { type Batch, pickBatch } from '../batch.ts';
import type { Spool } from '../spool/spool.ts';
import type { SendOutcome } from '../transport.ts';
import type { Drops } from './drops.ts';
import { isLoaded, isOnDisk, isPart, type LoadedBatch, type PendingBatch, splitPending } from './pending-batch.ts';
import { PendingQueue } from './pending-queue.ts';

export type BacklogLimits = {
  /** Encoded bytes that may be in memory, batches under way included. */
  readonly queueBytes: number;
  readonly whenFull: 'drop-oldest' | 'drop-newest';
  /** What this process could not deliver for this long is dropped. */
  readonly maxAgeMs: number;
};

/** What a backlog counts in, and where it keeps a copy of what waits. */
export type BacklogParts = {
  readonly account: SinkAccount;
  readonly drops: Drops;
  readonly spool: Spool | undefined;
};

/**
 * What waits for its server, in order, and the bytes of what is under way: in memory within a limit, and on disk where
 * there is a spool. Moves records between the counters of the account, so that each is always in exactly one of them.
 */
export class Backlog {
  readonly #limits: BacklogLimits;
  readonly #account: SinkAccount;
  readonly #drops: Drops;
  readonly #spool: Spool | undefined;
  readonly #onReady: () => void;
  readonly #waiting = new PendingQueue();
  #nextSequence = 0;
  #isOver = false;

  /** `onReady` is called when a batch has reached the disk and may be sent. */
  constructor(limits: BacklogLimits, { account, drops, spool }: BacklogParts, onReady: () => void) {
    this.#limits = limits;
    this.#account = account;
    this.#drops = drops;
    this.#spool = spool;
    this.#onReady = onReady;
    if (spool !== undefined) this.#replay(spool);
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Only batches wait at which the server has failed, perhaps because of a record: another one may tell. */
  get hasOnlyFailed(): boolean {
    return this.#waiting.leastFailed?.failures !== undefined;
  }

  get oldestSince(): number | undefined {
    return this.#waiting.first?.since;
  }

  /** More than this should not be read ahead by a source that can wait. */
  get isHalfFull(): boolean {
    return this.#account.queuedBytes * 2 >= this.#limits.queueBytes;
  }

  /** Makes room in memory for more bytes, as far as the policy allows. */
  makeRoom(bytes: number): boolean {
    const { queueBytes, whenFull } = this.#limits;
    while (this.#account.queuedBytes + bytes > queueBytes) {
      if (whenFull === 'drop-newest') return false;
      const oldest = this.#waiting.find((pending) => isLoaded(pending) && !isPart(pending));
      if (oldest === undefined) return false;
      if (isLoaded(oldest) && isOnDisk(oldest)) {
        this.#unload(oldest);
      } else {
        this.#waiting.remove(oldest);
        this.drop(oldest, 'queue_full');
      }
    }
    return true;
  }

  /** A sealed batch, which is counted as queued already. */
  add(batch: Batch, since: number): void {
    const pending: PendingBatch = {
      sequence: this.#nextSequence++,
      offset: 0,
      records: batch.ends.length,
      since,
      batch,
      entry: undefined,
      isAppending: this.#spool !== undefined,
    };
    this.#waiting.push(pending);
    if (this.#spool !== undefined) void this.#append(this.#spool, pending, batch);
  }

  /**
   * Takes the oldest; undefined while there is none or it is still on its way to the disk. `isProbe`: rather one at
   * which the server has not failed before, which tells more.
   */
  next(isProbe: boolean): PendingBatch | undefined {
    for (;;) {
      const next = isProbe ? this.#waiting.leastFailed : this.#waiting.first;
      if (next === undefined || next.isAppending) return undefined;
      this.#waiting.remove(next);
      if (performance.now() - next.since <= this.#limits.maxAgeMs) return next;
      this.drop(next, 'expired');
    }
  }

  /** Brings the bytes back from disk; undefined when they cannot be read, which is counted then. */
  async load(pending: PendingBatch): Promise<LoadedBatch | undefined> {
    if (isLoaded(pending)) return pending;
    const batch = pending.entry === undefined ? undefined : await this.#spool?.read(pending.entry);
    if (this.#isOver) return undefined;
    if (batch === undefined) {
      this.drop(pending, isOnDisk(pending) ? 'spool_damaged' : 'spool_full');
      return undefined;
    }
    this.#account.spooled -= pending.records;
    this.#account.queued += pending.records;
    this.#account.queuedBytes += batch.bytes.length;
    return Object.assign(pending, { batch });
  }

  putBack(pending: PendingBatch): void {
    this.#waiting.putBack(pending);
  }

  /** Keeps this many records in the batch that it returns, and puts the others back. */
  cut(pending: LoadedBatch, records: number): LoadedBatch {
    const [first, rest] = splitPending(pending, records);
    this.#waiting.putBack(rest);
    return first;
  }

  delivered(pending: LoadedBatch): void {
    this.#account.delivered += pending.records;
    this.#settle(pending);
  }

  drop(pending: PendingBatch, reason: DropReason, detail?: string): void {
    this.#drops.count(reason, pending.records, detail);
    this.#settle(pending);
  }

  /** The server told of each record: those to send again are put back, the others are settled. */
  mixed(pending: LoadedBatch, { retry, rejected, reason }: Extract<SendOutcome, { kind: 'mixed' }>): void {
    this.#drops.count('rejected', rejected.length, reason);
    this.#account.delivered += pending.records - retry.length - rejected.length;
    if (retry.length > 0) {
      const rest = { ...pending, records: retry.length, batch: pickBatch(pending.batch, retry) };
      this.#account.queued += rest.records;
      this.#account.queuedBytes += rest.batch.bytes.length;
      if (rest.entry !== undefined) rest.entry.left += rest.records;
      this.#waiting.putBack(rest);
    }
    this.#settle(pending);
  }

  /** At the end: what is on disk stays there for the next process, the rest is dropped. */
  leave(underWay: Iterable<PendingBatch>): void {
    this.#isOver = true;
    let dropped = 0;
    for (const pending of [...underWay, ...this.#waiting.takeWhere(() => true)]) {
      if (isOnDisk(pending)) {
        if (isLoaded(pending)) this.#unload(pending);
      } else {
        dropped += pending.records;
        this.#settle(pending);
      }
    }
    this.#drops.count('shutdown', dropped);
  }

  #replay(spool: Spool): void {
    const since = performance.now();
    for (const entry of spool.found) {
      const { sequence, records } = entry;
      this.#waiting.push({ sequence, offset: 0, records, since, batch: undefined, entry, isAppending: false });
      this.#account.replayed += records;
      this.#account.spooled += records;
      this.#nextSequence = sequence + 1;
    }
    spool.onSegmentDropped = () => {
      const lost = this.#waiting.takeWhere((pending) => !isLoaded(pending) && !isOnDisk(pending));
      for (const pending of lost) this.drop(pending, 'spool_full');
    };
  }

  async #append(spool: Spool, pending: PendingBatch, batch: Batch): Promise<void> {
    const entry = await spool.append(pending.sequence, batch);
    pending.isAppending = false;
    if (entry !== undefined) {
      pending.entry = entry;
      // It may have been dropped meanwhile.
      if (!isLoaded(pending)) spool.settle(entry, pending.records);
      else if (this.isHalfFull) this.#unload(pending);
    }
    this.#onReady();
  }

  /** From now on it is on disk only: most of the memory is for what is not. */
  #unload(pending: LoadedBatch): void {
    this.#account.queued -= pending.records;
    this.#account.spooled += pending.records;
    this.#account.queuedBytes -= pending.batch.bytes.length;
    (pending as PendingBatch).batch = undefined;
  }

  /** Its records are neither queued nor spooled any more. */
  #settle(pending: PendingBatch): void {
    if (isLoaded(pending)) {
      this.#account.queued -= pending.records;
      this.#account.queuedBytes -= pending.batch.bytes.length;
      (pending as PendingBatch).batch = undefined;
    } else {
      this.#account.spooled -= pending.records;
    }
    if (pending.entry !== undefined) this.#spool?.settle(pending.entry, pending.records);
  }
}
