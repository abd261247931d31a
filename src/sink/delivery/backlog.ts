import type { DropReason, SinkAccount } from '../account.ts';
import type { Spool } from '../spool/spool.ts';
import type { SendOutcome } from '../transport.ts';
import { type Batch, pickBatch } from './batch.ts';
import type { Losses } from './losses.ts';
import { isLoaded, isOnDisk, isPart, type LoadedParcel, type Parcel, splitParcel } from './parcel.ts';
import { ParcelQueue } from './parcel-queue.ts';

export type BacklogLimits = {
  /** Encoded bytes that may be in memory, batches under way included. */
  readonly queueBytes: number;
  readonly whenFull: 'drop-oldest' | 'drop-newest';
  /** What this process could not deliver for so long is dropped. */
  readonly maxAgeMs: number;
};

/**
 * What waits for its server, in order, and the bytes of what is under way: in memory within a limit, and on disk where there is a spool.
 * Moves records between the counters of the account, so that each is always in exactly one of them.
 */
export class Backlog {
  readonly #limits: BacklogLimits;
  readonly #account: SinkAccount;
  readonly #losses: Losses;
  readonly #spool: Spool | undefined;
  readonly #onReady: () => void;
  readonly #waiting = new ParcelQueue();
  #nextSequence = 0;
  #isOver = false;

  /** `onReady` is called when a batch has reached the disk and may be sent. */
  constructor(
    limits: BacklogLimits,
    account: SinkAccount,
    losses: Losses,
    spool: Spool | undefined,
    onReady: () => void,
  ) {
    this.#limits = limits;
    this.#account = account;
    this.#losses = losses;
    this.#spool = spool;
    this.#onReady = onReady;
    if (spool !== undefined) this.#replay(spool);
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
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
      const oldest = this.#waiting.find((parcel) => isLoaded(parcel) && !isPart(parcel));
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
    const parcel: Parcel = {
      sequence: this.#nextSequence++,
      offset: 0,
      records: batch.ends.length,
      since,
      batch,
      entry: undefined,
      isAppending: this.#spool !== undefined,
    };
    this.#waiting.push(parcel);
    if (this.#spool !== undefined) void this.#append(this.#spool, parcel, batch);
  }

  /** Takes the oldest; undefined while there is none or it is still on its way to the disk. */
  next(): Parcel | undefined {
    for (;;) {
      const { first } = this.#waiting;
      if (first === undefined || first.isAppending) return undefined;
      this.#waiting.takeFirst();
      if (performance.now() - first.since <= this.#limits.maxAgeMs) return first;
      this.drop(first, 'expired');
    }
  }

  /** Brings the bytes back from disk; undefined when they are lost, which is counted then. */
  async load(parcel: Parcel): Promise<LoadedParcel | undefined> {
    if (isLoaded(parcel)) return parcel;
    const batch = parcel.entry === undefined ? undefined : await this.#spool?.read(parcel.entry);
    if (this.#isOver) return undefined;
    if (batch === undefined) {
      this.drop(parcel, isOnDisk(parcel) ? 'spool_damaged' : 'spool_full');
      return undefined;
    }
    this.#account.spooled -= parcel.records;
    this.#account.queued += parcel.records;
    this.#account.queuedBytes += batch.bytes.length;
    return Object.assign(parcel, { batch });
  }

  putBack(parcel: Parcel): void {
    this.#waiting.putBack(parcel);
  }

  /** Puts all but so many records back, and returns the parcel with these. */
  cut(parcel: LoadedParcel, records: number): LoadedParcel {
    const [first, rest] = splitParcel(parcel, records);
    this.#waiting.putBack(rest);
    return first;
  }

  delivered(parcel: LoadedParcel): void {
    this.#account.delivered += parcel.records;
    this.#settle(parcel);
  }

  drop(parcel: Parcel, reason: DropReason, detail?: string): void {
    this.#losses.count(reason, parcel.records, detail);
    this.#settle(parcel);
  }

  /** Told one by one: those to send again are put back, the others are settled. */
  mixed(parcel: LoadedParcel, { retry, rejected, reason }: Extract<SendOutcome, { kind: 'mixed' }>): void {
    this.#losses.count('rejected', rejected.length, reason);
    this.#account.delivered += parcel.records - retry.length - rejected.length;
    if (retry.length > 0) {
      const rest = { ...parcel, records: retry.length, batch: pickBatch(parcel.batch, retry) };
      this.#account.queued += rest.records;
      this.#account.queuedBytes += rest.batch.bytes.length;
      if (rest.entry !== undefined) rest.entry.left += rest.records;
      this.#waiting.putBack(rest);
    }
    this.#settle(parcel);
  }

  /** At the end: what is on disk stays there for the next process, the rest is dropped. */
  leave(underWay: Iterable<Parcel>): void {
    this.#isOver = true;
    let dropped = 0;
    for (const parcel of [...underWay, ...this.#waiting.takeWhere(() => true)]) {
      if (isOnDisk(parcel)) {
        if (isLoaded(parcel)) this.#unload(parcel);
      } else {
        dropped += parcel.records;
        this.#settle(parcel);
      }
    }
    this.#losses.count('shutdown', dropped);
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
    spool.onLost = () => {
      const lost = this.#waiting.takeWhere((parcel) => !isLoaded(parcel) && !isOnDisk(parcel));
      for (const parcel of lost) this.drop(parcel, 'spool_full');
    };
  }

  async #append(spool: Spool, parcel: Parcel, batch: Batch): Promise<void> {
    const entry = await spool.append(parcel.sequence, batch);
    parcel.isAppending = false;
    if (entry !== undefined) {
      parcel.entry = entry;
      // It may have been dropped meanwhile.
      if (!isLoaded(parcel)) spool.settle(entry, parcel.records);
      else if (this.isHalfFull) this.#unload(parcel);
    }
    this.#onReady();
  }

  /** From now on it is on disk only: most of the memory is for what is not. */
  #unload(parcel: LoadedParcel): void {
    this.#account.queued -= parcel.records;
    this.#account.spooled += parcel.records;
    this.#account.queuedBytes -= parcel.batch.bytes.length;
    (parcel as Parcel).batch = undefined;
  }

  /** Its records are neither queued nor spooled any more. */
  #settle(parcel: Parcel): void {
    if (isLoaded(parcel)) {
      this.#account.queued -= parcel.records;
      this.#account.queuedBytes -= parcel.batch.bytes.length;
      (parcel as Parcel).batch = undefined;
    } else {
      this.#account.spooled -= parcel.records;
    }
    if (parcel.entry !== undefined) this.#spool?.settle(parcel.entry, parcel.records);
  }
}
