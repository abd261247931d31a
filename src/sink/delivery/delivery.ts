import type { LogRecord } from '../../record/record.ts';
import { amountWith } from '../../telemetry/amount.ts';
import type { Log } from '../../telemetry/log.ts';
import { createSinkAccount, type SinkAccount } from '../account.ts';
import type { RecordEncoder } from '../record-encoder.ts';
import { Signal } from '../signal.ts';
import type { Sink } from '../sink.ts';
import type { Spool } from '../spool/spool.ts';
import type { SendOutcome, Transport } from '../transport.ts';
import { Backlog } from './backlog.ts';
import { blame } from './blame.ts';
import { Circuit } from './circuit.ts';
import { Deadline } from './deadline.ts';
import type { DeliverySettings } from './delivery-settings.ts';
import { Drops } from './drops.ts';
import { Intake } from './intake.ts';
import type { LoadedBatch, PendingBatch } from './pending-batch.ts';
import { settle } from './settle.ts';

export type DeliveryOptions = {
  /** Of the sink, for log lines. */
  readonly name: string;
  readonly settings: DeliverySettings;
  readonly transport: Transport;
  readonly encoder: RecordEncoder;
  readonly log: Log;
  /** The account that the spool counts in. */
  readonly account?: SinkAccount;
  readonly spool?: Spool | undefined;
};

const replayedWords = [
  'of an earlier run is in the spool and is sent first',
  'of an earlier run are in the spool and are sent first',
] as const;
const spooledWords = [
  'stays in the spool and is sent after the next start',
  'stay in the spool and are sent after the next start',
] as const;

/** A server that may still be away gets no more than this to find out. */
const probeRecords = 10;
/** What sends under way, transport and spool may take to end once the deadline has passed. */
const finalMs = 500;
/**
 * At the end, a server that refuses everything is asked this often, a second apart: it may have been a proxy that could
 * not reach it for a moment.
 */
const maxRefusals = 3;

/**
 * Everything about delivery that is the same for every server: records are encoded, collected in batches, wait in the
 * backlog, are sent, and are sent again. Every record that comes ends in exactly one counter of the account.
 */
export class Delivery implements Sink {
  readonly name: string;
  readonly account: SinkAccount;
  readonly #options: DeliveryOptions;
  readonly #drops: Drops;
  readonly #circuit: Circuit;
  readonly #backlog: Backlog;
  readonly #underWay = new Set<PendingBatch>();
  readonly #intake: Intake;
  readonly #deadline = new Deadline();
  readonly #finalDeadline = new Deadline();
  #refusals = 0;
  #closing: Promise<void> | undefined;
  /** Nothing is sent any more, but what is under way may still arrive. */
  #isEnding = false;
  #isOver = false;
  #loading: Promise<LoadedBatch | undefined> = Promise.resolve(undefined);
  readonly #changed = new Signal();

  constructor(options: DeliveryOptions) {
    const { name, settings, log, account, spool } = options;
    this.#options = options;
    this.name = name;
    this.account = account ?? createSinkAccount();
    const reporting = { name, account: this.account, log };
    this.#drops = new Drops(reporting);
    this.#circuit = new Circuit(reporting, settings, () => this.#pump());
    const parts = { account: this.account, drops: this.#drops, spool };
    this.#backlog = new Backlog(settings, parts, () => this.#pump());
    this.#intake = new Intake(
      settings,
      { ...parts, encoder: options.encoder, backlog: this.#backlog },
      { onSealed: () => this.#pump(), onDue: () => this.#due() },
    );
    const { replayed } = this.account;
    if (replayed > 0) log.info(`${name}: ${amountWith(replayed, 'record', replayedWords)}`);
    this.#pump();
  }

  get oldestAgeMs(): number {
    const since = [this.#backlog.oldestSince, this.#intake.since];
    for (const pending of this.#underWay) since.push(pending.since);
    const known = since.filter((time) => time !== undefined);
    return known.length === 0 ? 0 : performance.now() - Math.min(...known);
  }

  write(record: LogRecord): void {
    this.account.written++;
    if (this.#closing !== undefined) this.#drops.count('shutdown', 1);
    else this.#intake.add(record);
  }

  ready(): Promise<void> | undefined {
    if (!this.#backlog.isHalfFull || this.#isOver) return undefined;
    return this.#changed.next();
  }

  close(withinMs: number): Promise<void> {
    this.#deadline.limit(withinMs);
    this.#closing ??= this.#close();
    const isUrgent = Number.isFinite(withinMs) || this.account.state === 'misconfigured';
    if (isUrgent) this.#circuit.hurry();
    return this.#closing;
  }

  /** With a spool it is better on disk at once. Without one it grows until it is its turn. */
  #due(): void {
    if (this.#options.spool !== undefined) this.#intake.seal();
    else this.#pump();
  }

  /** Sends what may be sent now, and lets whoever waits look again. */
  #pump(): void {
    while (!this.#isEnding && this.#underWay.size < this.#circuit.allows(this.#mostUnderWay)) {
      const { isProbing } = this.#circuit;
      if (isProbing && this.#intake.isDue && this.#backlog.hasOnlyFailed) return this.#intake.seal();
      const pending = this.#backlog.next(isProbing);
      if (pending === undefined) {
        if (this.#intake.isDue && this.#backlog.isEmpty) this.#intake.seal();
        break;
      }
      void this.#send(pending);
    }
    this.#changed.notify();
  }

  get #mostUnderWay(): number {
    const { settings, transport } = this.#options;
    return transport.inFlight ?? settings.inFlight;
  }

  async #send(pending: PendingBatch): Promise<void> {
    const { isProbing } = this.#circuit;
    const attempt = this.#circuit.begin();
    this.#startFlight(pending);
    // One after the other, so that batches from disk leave in their order too.
    this.#loading = this.#loading.then(() => this.#backlog.load(pending));
    const loaded = await this.#loading;
    if (this.#isOver) return;
    this.#underWay.delete(pending);
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

  async #try(pending: LoadedBatch, attempt: number): Promise<void> {
    this.#startFlight(pending);
    const outcome = blame(pending, await this.#outcomeOf(pending), this.account.delivered);
    if (this.#isOver) return;
    this.#underWay.delete(pending);
    const { retried, duplicates } = settle(this.#backlog, pending, outcome);
    this.account.duplicates += duplicates;
    if (this.#isEnding) return;
    this.account.retried += retried;
    this.#judge(outcome, attempt);
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

  /** The configuration will not change while the process is ending. */
  #refused(): void {
    if (this.#closing === undefined) return;
    this.#circuit.hurry();
    if (++this.#refusals >= maxRefusals) this.#deadline.end();
  }

  async #outcomeOf({ batch }: LoadedBatch): Promise<SendOutcome> {
    try {
      return await this.#options.transport.send(batch);
    } catch (error) {
      return { kind: 'retry', reason: `internal error, please report it: ${error}` };
    }
  }

  #startFlight(pending: PendingBatch): void {
    this.#underWay.add(pending);
    this.account.inFlight = this.#underWay.size;
  }

  async #close(): Promise<void> {
    const { transport, spool, log } = this.#options;
    void this.#deadline.expired.then(() => this.#finalDeadline.limit(finalMs));
    this.#intake.seal();
    this.#pump();
    await Promise.race([this.#emptied(), this.#deadline.expired]);
    this.#isEnding = true;
    this.#circuit.stop();
    await this.#finalDeadline.waitFor(Promise.resolve().then(() => transport.close(this.#deadline.expired)));
    await this.#finalDeadline.waitFor(this.#landed());
    await this.#finalDeadline.waitFor(spool?.flushed());
    this.#isOver = true;
    this.#backlog.leave(this.#underWay);
    this.#drops.end();
    this.account.inFlight = 0;
    this.#changed.notify();
    const { spooled } = this.account;
    if (spooled > 0) log.info(`${this.name}: ${amountWith(spooled, 'record', spooledWords)}`);
    await this.#finalDeadline.waitFor(spool?.close());
    this.#deadline.clear();
    this.#finalDeadline.clear();
  }

  /** Resolves when nothing is under way any more. */
  async #landed(): Promise<void> {
    while (this.#underWay.size > 0 && !this.#isOver) await this.#changed.next();
  }

  /** Resolves when nothing waits any more, in memory or on disk. */
  async #emptied(): Promise<void> {
    while (this.account.queued + this.account.spooled > 0 && !this.#isOver) await this.#changed.next();
  }
}
