import type { LogRecord } from '../../record/record.ts';
import type { Log } from '../../telemetry/log.ts';
import { createSinkAccount, type SinkAccount } from '../account.ts';
import type { Sink } from '../sink.ts';
import type { Spool } from '../spool/spool.ts';
import type { SendOutcome, Transport } from '../transport.ts';
import { Backlog, type BacklogLimits } from './backlog.ts';
import { Circuit, type RetryLimits } from './circuit.ts';
import { Losses } from './losses.ts';
import { OpenBatch } from './open-batch.ts';
import type { LoadedParcel, Parcel } from './parcel.ts';
import { Patience } from './patience.ts';

export type DeliverySettings = BacklogLimits &
  RetryLimits & {
    /** A batch is sealed when it has so many records or bytes, or is this old. */
    readonly batchRecords: number;
    readonly batchBytes: number;
    readonly batchAgeMs: number;
    /** Batches under way at once; 1 keeps the strict order. */
    readonly inFlight: number;
  };

export type DeliveryOptions = {
  /** Of the sink, for log lines. */
  readonly name: string;
  readonly settings: DeliverySettings;
  readonly transport: Transport;
  readonly encode: (record: LogRecord) => string | Buffer;
  readonly log: Log;
  /** The account that the spool counts in. */
  readonly account?: SinkAccount;
  readonly spool?: Spool | undefined;
};

/** A server that may still be away gets no more than this to find out. */
const probeRecords = 10;
/** What sends under way, transport and spool may take to end when all patience is used up. */
const lastWordMs = 500;
/** At the end, a server that refuses everything is asked so often, a second apart: it may have been a proxy that had lost it for a moment. */
const maxRefusals = 3;

/**
 * Everything about delivery that is the same for every server: records are encoded, collected in batches, wait in the backlog, are sent,
 * and are sent again. Every record that comes ends in exactly one counter of the account.
 */
export class Delivery implements Sink {
  readonly name: string;
  readonly account: SinkAccount;
  readonly #options: DeliveryOptions;
  readonly #losses: Losses;
  readonly #circuit: Circuit;
  readonly #backlog: Backlog;
  readonly #underWay = new Set<Parcel>();
  readonly #open: OpenBatch;
  readonly #patience = new Patience();
  readonly #lastWord = new Patience();
  #refusals = 0;
  #closing: Promise<void> | undefined;
  /** Nothing is sent any more, but what is under way may still arrive. */
  #isEnding = false;
  #isOver = false;
  #loading: Promise<LoadedParcel | undefined> = Promise.resolve(undefined);
  #waiters: (() => void)[] = [];

  constructor(options: DeliveryOptions) {
    const { name, settings, log, account, spool } = options;
    this.#options = options;
    this.name = name;
    this.account = account ?? createSinkAccount();
    this.#open = new OpenBatch(settings.batchAgeMs, () => this.#due());
    this.#losses = new Losses(name, this.account, log);
    this.#circuit = new Circuit(name, settings, this.account, log, () => this.#pump());
    this.#backlog = new Backlog(settings, this.account, this.#losses, spool, () => this.#pump());
    const { replayed } = this.account;
    if (replayed > 0) log.info(`${name}: ${replayed} records of an earlier run are in the spool and are sent first`);
    this.#pump();
  }

  get oldestAgeMs(): number {
    const since = [this.#backlog.oldestSince, this.#open.records === 0 ? undefined : this.#open.since];
    for (const parcel of this.#underWay) since.push(parcel.since);
    const known = since.filter((time) => time !== undefined);
    return known.length === 0 ? 0 : performance.now() - Math.min(...known);
  }

  write(record: LogRecord): void {
    this.account.written++;
    if (this.#closing !== undefined) this.#losses.count('shutdown', 1);
    else this.#add(record);
  }

  ready(): Promise<void> | undefined {
    if (!this.#backlog.isHalfFull || this.#isOver) return undefined;
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  close(patienceMs: number): Promise<void> {
    this.#patience.limit(patienceMs);
    this.#closing ??= this.#close();
    const isUrgent = Number.isFinite(patienceMs) || this.account.state === 'misconfigured';
    if (isUrgent) this.#circuit.hurry();
    return this.#closing;
  }

  #add(record: LogRecord): void {
    let encoded: string | Buffer;
    try {
      encoded = this.#options.encode(record);
    } catch (error) {
      this.#losses.count('encoding_failed', 1, String(error));
      return;
    }
    const { batchBytes, batchRecords } = this.#options.settings;
    const length = Buffer.byteLength(encoded);
    if (this.#open.bytes + length > batchBytes) this.#seal();
    const lossReason = length > batchBytes ? 'too_large' : this.#backlog.makeRoom(length) ? undefined : 'queue_full';
    if (lossReason !== undefined) {
      this.#losses.count(lossReason, 1);
      return;
    }
    this.#open.append(encoded);
    this.account.queued++;
    this.account.queuedBytes += length;
    if (this.#open.records === batchRecords) this.#seal();
  }

  /** With a spool it is better on disk at once. Without one it goes on growing until it is its turn. */
  #due(): void {
    if (this.#options.spool !== undefined) this.#seal();
    else this.#pump();
  }

  #seal(): void {
    if (this.#open.records === 0) return;
    const { batch, since } = this.#open.seal();
    this.#backlog.add(batch, since);
    this.#pump();
  }

  /** Sends what may be sent now, and lets whoever waits look again. */
  #pump(): void {
    while (!this.#isEnding && this.#underWay.size < this.#circuit.allows(this.#mostUnderWay)) {
      const parcel = this.#backlog.next();
      if (parcel === undefined) {
        if (this.#open.isDue && this.#backlog.isEmpty) this.#seal();
        break;
      }
      void this.#send(parcel);
    }
    this.#wake();
  }

  get #mostUnderWay(): number {
    const { settings, transport } = this.#options;
    return transport.inFlight ?? settings.inFlight;
  }

  async #send(parcel: Parcel): Promise<void> {
    const { isProbing } = this.#circuit;
    const attempt = this.#circuit.begin();
    this.#startFlight(parcel);
    // One after the other, so that batches from disk leave in their order too.
    this.#loading = this.#loading.then(() => this.#backlog.load(parcel));
    const loaded = await this.#loading;
    if (this.#isOver) return;
    this.#underWay.delete(parcel);
    if (loaded !== undefined && this.#isEnding) {
      this.#backlog.putBack(loaded);
    } else if (loaded !== undefined) {
      const isLarge = isProbing && loaded.records > probeRecords;
      await this.#try(isLarge ? this.#backlog.cut(loaded, probeRecords) : loaded, attempt);
      if (this.#isOver) return;
    }
    this.account.inFlight = this.#underWay.size;
    this.#pump();
  }

  async #try(parcel: LoadedParcel, attempt: number): Promise<void> {
    this.#startFlight(parcel);
    const outcome = await this.#outcomeOf(parcel);
    if (this.#isOver) return;
    this.#underWay.delete(parcel);
    this.#settle(parcel, outcome);
    if (!this.#isEnding) this.#judge(outcome, attempt);
  }

  #judge(outcome: SendOutcome, attempt: number): void {
    switch (outcome.kind) {
      case 'retry':
        this.#circuit.failed(attempt, 'failing', outcome);
        break;
      case 'misconfigured':
        if (this.#circuit.isCurrent(attempt)) this.#refused();
        this.#circuit.failed(attempt, 'misconfigured', outcome);
        break;
      case 'mixed':
        if (outcome.retry.length > 0) this.#circuit.failed(attempt, 'failing', outcome);
        else this.#circuit.succeeded(attempt);
        break;
      default:
        this.#refusals = 0;
        this.#circuit.succeeded(attempt);
    }
  }

  /** Nobody will mend the configuration while the process is ending. */
  #refused(): void {
    if (this.#closing === undefined) return;
    this.#circuit.hurry();
    if (++this.#refusals >= maxRefusals) this.#patience.end();
  }

  async #outcomeOf({ batch }: LoadedParcel): Promise<SendOutcome> {
    try {
      return await this.#options.transport.send(batch);
    } catch (error) {
      return { kind: 'retry', reason: `internal error, please report it: ${error}` };
    }
  }

  #startFlight(parcel: Parcel): void {
    this.#underWay.add(parcel);
    this.account.inFlight = this.#underWay.size;
  }

  #settle(parcel: LoadedParcel, outcome: SendOutcome): void {
    switch (outcome.kind) {
      case 'delivered':
        this.account.duplicates += outcome.duplicates ?? 0;
        this.#backlog.delivered(parcel);
        break;
      case 'rejected':
        this.#backlog.drop(parcel, 'rejected', outcome.reason);
        break;
      case 'too-large':
        if (parcel.records === 1) this.#backlog.drop(parcel, 'too_large');
        else this.#backlog.putBack(this.#backlog.cut(parcel, parcel.records >> 1));
        break;
      case 'mixed':
        this.account.duplicates += outcome.duplicates;
        if (!this.#isEnding) this.account.retried += outcome.retry.length;
        this.#backlog.mixed(parcel, outcome);
        break;
      case 'retry':
      case 'misconfigured':
        if (!this.#isEnding) this.account.retried += parcel.records;
        this.#backlog.putBack(parcel);
    }
  }

  async #close(): Promise<void> {
    const { transport, spool, log } = this.#options;
    void this.#patience.isUp.then(() => this.#lastWord.limit(lastWordMs));
    this.#seal();
    this.#pump();
    await Promise.race([this.#emptied(), this.#patience.isUp]);
    this.#isEnding = true;
    this.#circuit.stop();
    await this.#lastWord.waitFor(Promise.resolve().then(() => transport.close(this.#patience.isUp)));
    await this.#lastWord.waitFor(this.#landed());
    await this.#lastWord.waitFor(spool?.flushed());
    this.#isOver = true;
    this.#backlog.leave(this.#underWay);
    this.account.inFlight = 0;
    this.#wake();
    const { spooled } = this.account;
    if (spooled > 0) log.info(`${this.name}: ${spooled} records stay in the spool and are sent after the next start`);
    await this.#lastWord.waitFor(spool?.close());
    this.#patience.clear();
    this.#lastWord.clear();
  }

  /** Resolves when nothing is under way any more. */
  async #landed(): Promise<void> {
    while (this.#underWay.size > 0 && !this.#isOver) await this.#changed();
  }

  /** Resolves when nothing waits any more, in memory or on disk. */
  async #emptied(): Promise<void> {
    while (this.account.queued + this.account.spooled > 0 && !this.#isOver) await this.#changed();
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}
