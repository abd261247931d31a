import type { LogRecord } from '../../record/record.ts';
import type { SinkAccount } from '../account.ts';
import type { RecordEncoder } from '../record-encoder.ts';
import type { Backlog } from './backlog.ts';
import type { DeliverySettings } from './delivery-settings.ts';
import type { Drops } from './drops.ts';
import { OpenBatch } from './open-batch.ts';

/** What an intake fills and counts in. */
export type IntakeParts = {
  readonly encoder: RecordEncoder;
  readonly backlog: Backlog;
  readonly account: SinkAccount;
  readonly drops: Drops;
};

export type IntakeEvents = {
  /** A batch has been handed to the backlog. */
  readonly onSealed: () => void;
  /** The batch that is being collected is old enough to be sealed. */
  readonly onDue: () => void;
};

/** Encodes records and collects them in batches, which it hands to the backlog when they are full. */
export class Intake {
  readonly #settings: DeliverySettings;
  readonly #parts: IntakeParts;
  readonly #events: IntakeEvents;
  readonly #open: OpenBatch;

  constructor(settings: DeliverySettings, parts: IntakeParts, events: IntakeEvents) {
    this.#settings = settings;
    this.#parts = parts;
    this.#events = events;
    this.#open = new OpenBatch(settings.batchAgeMs, events.onDue);
  }

  /** When the first record came that is in no sealed batch yet, on the monotonic clock. */
  get since(): number | undefined {
    return this.#open.records === 0 ? undefined : this.#open.since;
  }

  get isDue(): boolean {
    return this.#open.isDue;
  }

  add(record: LogRecord): void {
    const { encoder, drops } = this.#parts;
    let key: string | undefined;
    let content: string | Buffer;
    try {
      key = encoder.key?.(record);
      content = encoder.content(record);
    } catch (error) {
      drops.count('encoding_failed', 1, String(error));
      return;
    }
    this.#append(content, key);
  }

  seal(): void {
    if (this.#open.records === 0) return;
    const { batch, since } = this.#open.seal();
    this.#parts.backlog.add(batch, since);
    this.#events.onSealed();
  }

  #append(content: string | Buffer, key: string | undefined): void {
    const { backlog, drops, account } = this.#parts;
    const { batchBytes, batchRecords } = this.#settings;
    const length = Buffer.byteLength(content) + (key === undefined ? 0 : Buffer.byteLength(key));
    if (this.#open.bytes + length > batchBytes) this.seal();
    const dropReason = length > batchBytes ? 'too_large' : backlog.makeRoom(length) ? undefined : 'queue_full';
    if (dropReason !== undefined) {
      drops.count(dropReason, 1);
      return;
    }
    this.#open.append(content, key);
    account.queued++;
    account.queuedBytes += length;
    if (this.#open.records === batchRecords) this.seal();
  }
}
