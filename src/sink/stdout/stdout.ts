import { writev } from 'node:fs';
import type { LogRecord } from '../../record/record.ts';
import { createSinkAccount, type DropReason } from '../account.ts';
import { Signal } from '../signal.ts';
import type { Sink } from '../sink.ts';
import { LinePages, type Lines } from './line-pages.ts';

/** A source that can wait does so above this. */
const comfortableBytes = 2 * 1024 * 1024;
/** How soon a full pipe is tried again: at once for a reader that keeps up, rarely for one that has stopped. */
const firstRetryMs = 1;
const lastRetryMs = 50;
const lineFeed = 0x0a;

type WrittenLines = Lines & { written: number };

export type StdoutSettings = {
  readonly descriptor: number;
  /** May wait for a slow reader; beyond them the newest records are dropped and counted. */
  readonly queueBytes: number;
};

/**
 * Writes one line for each record to a file descriptor, never waiting for its reader: at most one asynchronous write is
 * under way, in a thread that may wait. The lines that come meanwhile are queued, and all of them go into the next
 * write: a busy event loop starts few.
 */
export class StdoutSink implements Sink {
  readonly name = 'stdout';
  readonly account = createSinkAccount();
  readonly #descriptor: number;
  readonly #encode: (record: LogRecord) => string;
  readonly #queueBytes: number;
  readonly #onClosed: (error: NodeJS.ErrnoException) => void;
  readonly #batches: WrittenLines[] = [];
  /** Lines that are in no batch yet. */
  readonly #lines = new LinePages();
  #isWriting = false;
  #isScheduled = false;
  #isClosed = false;
  #retryMs = firstRetryMs;
  #retry: NodeJS.Timeout | undefined;
  /** Little is queued, or nothing any more. */
  readonly #drained = new Signal();

  /** `onClosed` is told once when no reader is left (EPIPE) or writing fails for good (a full disk). */
  constructor(
    { descriptor, queueBytes }: StdoutSettings,
    encode: (record: LogRecord) => string,
    onClosed: (error: NodeJS.ErrnoException) => void,
  ) {
    this.#descriptor = descriptor;
    this.#encode = encode;
    this.#queueBytes = queueBytes;
    this.#onClosed = onClosed;
  }

  get oldestAgeMs(): number {
    const since = this.#batches[0]?.since ?? this.#lines.since;
    return since === undefined ? 0 : performance.now() - since;
  }

  write(record: LogRecord): void {
    this.account.written++;
    if (this.#isClosed) return this.#drop('closed');
    if (this.account.queuedBytes > this.#queueBytes) return this.#drop('queue_full');
    let line: string;
    try {
      line = this.#encode(record);
    } catch {
      return this.#drop('encoding_failed');
    }
    if (this.#lines.isFullFor(line)) this.#seal();
    this.account.queued++;
    this.account.queuedBytes += this.#lines.append(line);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  ready(): Promise<void> | undefined {
    return this.account.queuedBytes < comfortableBytes ? undefined : this.#drained.next();
  }

  async close(withinMs: number): Promise<void> {
    const giveUp = () => {
      this.#discard('shutdown');
    };
    const timer = Number.isFinite(withinMs) ? setTimeout(giveUp, withinMs) : undefined;
    this.#flush();
    while (this.account.queuedBytes > 0) await this.#drained.next();
    clearTimeout(timer);
    this.#isClosed = true;
  }

  #seal(): void {
    const lines = this.#lines.take();
    if (lines === undefined) return;
    const { bytes, count, since } = lines;
    this.#batches.push({ bytes, count, since, written: 0 });
  }

  #flush(): void {
    if (this.#isWriting || this.#retry !== undefined) return;
    this.#seal();
    if (this.#batches.length === 0) return;
    this.#isWriting = true;
    const rest = this.#batches.map(({ bytes, written }) => bytes.subarray(written));
    writev(this.#descriptor, rest, null, (error, written) => {
      this.#isWriting = false;
      if (this.#isClosed) return;
      if (error === null) this.#advance(written);
      else if (error.code === 'EAGAIN') this.#tryLater();
      else this.#fail(error);
    });
  }

  #advance(written: number): void {
    this.#retryMs = firstRetryMs;
    this.account.queuedBytes -= written;
    let left = written;
    for (let batch = this.#batches[0]; batch !== undefined && left > 0; batch = this.#batches[0]) {
      const taken = Math.min(left, batch.bytes.length - batch.written);
      batch.written += taken;
      left -= taken;
      if (batch.written < batch.bytes.length) break;
      this.#batches.shift();
      this.account.delivered += batch.count;
      this.account.queued -= batch.count;
    }
    this.#flush();
    if (this.account.queuedBytes < comfortableBytes) this.#drained.notify();
  }

  #tryLater(): void {
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#flush();
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, lastRetryMs);
  }

  #fail(error: NodeJS.ErrnoException): void {
    this.#discard('closed');
    this.account.state = 'failing';
    this.account.lastError = error.message;
    this.#onClosed(error);
  }

  #drop(reason: DropReason): void {
    this.account.dropped[reason]++;
  }

  /**
   * Takes nothing any more. What is queued is dropped: of the batch under way, the lines that are not known to be
   * written whole.
   */
  #discard(reason: DropReason): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    const delivered = wholeLines(this.#batches[0]);
    this.account.delivered += delivered;
    this.account.dropped[reason] += this.account.queued - delivered;
    this.account.queued = 0;
    this.#batches.length = 0;
    this.#lines.take();
    this.account.queuedBytes = 0;
    this.#drained.notify();
  }
}

function wholeLines(batch: WrittenLines | undefined): number {
  let lines = 0;
  for (const byte of batch?.bytes.subarray(0, batch.written) ?? []) if (byte === lineFeed) lines++;
  return lines;
}
