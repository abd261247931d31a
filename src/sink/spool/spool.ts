import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Batch } from '../batch.ts';
import { readSpool, type SpoolContents, type SpoolEntry } from './spool-contents.ts';
import { batchFrame, batchOf, doneFrame, type FoundBatch } from './spool-frame.ts';
import { SpoolInUseError, SpoolLock } from './spool-lock.ts';
import type { SpoolOptions } from './spool-options.ts';
import { SpoolSegment } from './spool-segment.ts';
import { nameOfSegment } from './spool-version.ts';

const smallestSegment = 256 * 1024;
const largestSegment = 16 * 1024 * 1024;

/**
 * A write-ahead log of batches: each is appended before it is sent and marked when it is done; a file is deleted when
 * all in it is done and no older file is left (it may hold their marks). Files are not synchronised: they survive the
 * end of the process, not of the machine. Operations run one after the other, and their errors are counted and said
 * once, never thrown.
 */
export class Spool {
  /** What earlier processes left, in order. */
  readonly found: readonly SpoolEntry[];
  /** Called when a file with batches that were not done has been deleted to make room. */
  onSegmentDropped = () => {};
  readonly #options: SpoolOptions;
  readonly #lock: SpoolLock;
  readonly #segmentBytes: number;
  /** Oldest first. */
  readonly #segments: SpoolSegment[];
  #segmentNumber: number;
  #operations: Promise<unknown> = Promise.resolve();
  #isFailing = false;

  private constructor(options: SpoolOptions, lock: SpoolLock, contents: SpoolContents) {
    const { entries, segments, lastNumber } = contents;
    this.#options = options;
    this.#lock = lock;
    this.#segments = segments;
    this.#segmentNumber = lastNumber + 1;
    this.#segmentBytes = Math.min(largestSegment, Math.max(smallestSegment, Math.floor(options.limitBytes / 16)));
    this.found = entries;
    options.account.spoolBytes = segments.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Undefined, with a log line, when the directory cannot be used; throws `SpoolInUseError` when another process does.
   */
  static async open(options: SpoolOptions): Promise<Spool | undefined> {
    const { directory, account, name, log } = options;
    try {
      await makeDirectory(dirname(directory));
      await makeDirectory(directory);
      const lock = await SpoolLock.acquire(join(directory, 'lock'));
      if (!lock.isExclusive) {
        log.warn(`nothing keeps another process out of ${directory}: that takes Linux and the npm package koffi`);
      }
      const contents = await readSpool(options).catch(async (error) => {
        await lock.release();
        throw error;
      });
      const spool = new Spool(options, lock, contents);
      void spool.#operate(() => spool.#tidy());
      return spool;
    } catch (error) {
      if (error instanceof SpoolInUseError) {
        throw new SpoolInUseError(`The spool of ${name} cannot be opened: ${error.message}.`);
      }
      account.spoolErrors++;
      log.warn(`${name} goes on without its spool: ${directory} cannot be used: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Undefined when it is not on disk. */
  append(sequence: number, batch: Batch): Promise<SpoolEntry | undefined> {
    return this.#operate(async () => {
      const frame = batchFrame(sequence, batch);
      const length = frame[0].length + frame[1].length;
      await this.#makeRoom(length);
      const segment = await this.#newest(length);
      const position = await segment.append(frame);
      segment.undone++;
      this.#options.account.spoolBytes += length;
      this.#works();
      const records = batch.ends.length;
      return { id: batch.id, sequence, records, segment, position, length, left: records };
    });
  }

  /** Undefined when it is damaged or was deleted. */
  read({ segment, position, length }: SpoolEntry): Promise<Batch | undefined> {
    return this.#guard(async () => {
      try {
        return this.#current(batchOf(await segment.read(position, length)));
      } catch (error) {
        if (segment.isDeleted) return undefined;
        throw error;
      }
    });
  }

  #current(found: FoundBatch | undefined): Batch | undefined {
    const { fromEarlierBatch } = this.#options;
    return found?.isEarlier && fromEarlierBatch !== undefined ? fromEarlierBatch(found.batch) : found?.batch;
  }

  /** This many records of the batch were delivered or dropped. */
  settle(entry: SpoolEntry, records: number): void {
    entry.left -= records;
    if (entry.left > 0) return;
    void this.#operate(async () => {
      if (entry.segment.isDeleted) return;
      entry.segment.undone--;
      const mark = doneFrame(entry.id);
      await this.#guard(async () => {
        await (await this.#newest(mark.length)).append([mark]);
        this.#options.account.spoolBytes += mark.length;
      });
      await this.#tidy();
    });
  }

  /** Resolves when all that was asked for until now is on disk. */
  async flushed(): Promise<void> {
    await this.#operations;
  }

  /** Resolves when everything is on disk and the directory may be used by another process. */
  async close(): Promise<void> {
    await this.#operate(async () => {
      if (this.#segments.every(({ undone }) => undone === 0)) await this.#deleteOldest(this.#segments.length);
      await this.#segments.at(-1)?.finish();
    });
    await this.#guard(() => this.#lock.release());
  }

  /** The segment that takes the next frame. */
  async #newest(length: number): Promise<SpoolSegment> {
    const newest = this.#segments.at(-1);
    if (newest?.isWritable && (newest.size === 0 || newest.size + length <= this.#segmentBytes)) return newest;
    await newest?.finish();
    if (newest?.size === 0) await this.#segments.pop()?.delete();
    const path = join(this.#options.directory, nameOfSegment(this.#segmentNumber++));
    const segment = SpoolSegment.create(path);
    this.#segments.push(segment);
    return segment;
  }

  async #makeRoom(length: number): Promise<void> {
    const { limitBytes, account } = this.#options;
    if (length > limitBytes) throw new Error(`a batch of ${length} bytes is larger than the whole spool may be`);
    while (account.spoolBytes + length > limitBytes && this.#segments.length > 0) await this.#deleteOldest(1);
  }

  async #tidy(): Promise<void> {
    const firstNeeded = this.#segments.findIndex((segment) => segment.undone > 0 || segment.isWritable);
    await this.#deleteOldest(firstNeeded === -1 ? this.#segments.length : firstNeeded);
  }

  async #deleteOldest(count: number): Promise<void> {
    for (const segment of this.#segments.splice(0, count)) {
      this.#options.account.spoolBytes -= segment.size;
      await this.#guard(() => segment.delete());
      if (segment.undone > 0) this.onSegmentDropped();
    }
  }

  #operate<Result>(operation: () => Promise<Result>): Promise<Result | undefined> {
    const result = this.#operations.then(() => this.#guard(operation));
    this.#operations = result;
    return result;
  }

  async #guard<Result>(operation: () => Promise<Result>): Promise<Result | undefined> {
    const { account, log, name } = this.#options;
    try {
      return await operation();
    } catch (error) {
      account.spoolErrors++;
      if (!this.#isFailing) log.warn(`the spool of ${name} fails, going on in memory: ${messageOf(error)}`);
      this.#isFailing = true;
      return undefined;
    }
  }

  #works(): void {
    const { log, name } = this.#options;
    if (this.#isFailing) log.info(`the spool of ${name} works again`);
    this.#isFailing = false;
  }
}

/** Not `recursive`, which for some paths never ends (`/proc/spool`). */
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
