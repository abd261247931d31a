import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch } from '../batch.ts';

/** A FIFO without a reader is an error with this, not a wait without end. To other files it means nothing. */
const appendFlags = constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK;
const lineFeed = 0x0a;
/** How soon a full pipe is tried again: at once for a reader that keeps up, rarely for one that has stopped. */
const firstRetryMs = 1;
const lastRetryMs = 50;

/** How many of the records are in the file, whole, and why not all are. */
export type Appended = { readonly records: number; readonly error: unknown };

/** Opens what is there, and changes nothing. */
export function openForAppend(path: string): Promise<FileHandle> {
  return open(path, appendFlags);
}

/** What was found when a file was opened: `named` is what its path leads to without following a link. */
type OpenedFile = {
  readonly handle: FileHandle;
  readonly itself: Stats;
  readonly named: Stats;
  readonly isTorn: boolean;
};

/** The file of a path, opened: only ever appended to, in whole lines. */
export class FileAppender {
  /** Not a pipe, a device or a link to something: may be rotated and cut back. */
  readonly isRegular: boolean;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #identity: Stats;
  readonly #stallMs: number;
  #size: number;
  #since: number;
  /** Its last line has no end. */
  #isTorn: boolean;

  private constructor(path: string, { handle, itself, named, isTorn }: OpenedFile, stallMs: number) {
    this.#path = path;
    this.#handle = handle;
    this.#identity = itself;
    this.#stallMs = stallMs;
    this.#size = itself.size;
    this.#since = firstWrite(itself);
    this.#isTorn = isTorn;
    this.isRegular = named.isFile() && named.ino === itself.ino;
  }

  /** Makes the file when it is not there. A reader of a pipe may take nothing for `stallMs`. */
  static async open(path: string, stallMs: number): Promise<FileAppender> {
    const handle = await open(path, appendFlags | constants.O_CREAT, 0o640);
    try {
      const itself = await handle.stat();
      const isTorn = itself.isFile() && itself.size > 0 && (await lastByte(path, itself.size)) !== lineFeed;
      return new FileAppender(path, { handle, itself, named: await lstat(path), isTorn }, stallMs);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get size(): number {
    return this.#size;
  }

  /** When the first line was written, as well as it can be known; milliseconds since 1970. */
  get since(): number {
    return this.#since;
  }

  /** Whether the path still leads here: another process may have renamed, removed or emptied the file. */
  async isInPlace(): Promise<boolean> {
    const found = await (this.isRegular ? lstat(this.#path) : stat(this.#path)).catch(() => undefined);
    if (found?.ino !== this.#identity.ino || found.dev !== this.#identity.dev) return false;
    this.#size = found.size;
    if (found.size > 0 || !this.isRegular) return true;
    this.#since = Date.now();
    this.#isTorn = false;
    return true;
  }

  /** Ends a line that was left unfinished, by a process that was killed or a full disk. */
  async endLine(): Promise<void> {
    if (!this.#isTorn) return;
    const { written, error } = await this.#write(Buffer.of(lineFeed));
    if (error !== undefined) throw error;
    this.#size += written;
    this.#isTorn = false;
  }

  /** Of a batch that is not taken whole, the lines that are stay, and nothing of the next one. */
  async append({ bytes, ends }: Batch): Promise<Appended> {
    const { written, error } = await this.#write(bytes);
    this.#size += written;
    if (error === undefined) return { records: ends.length, error };
    const records = ends.findLastIndex((end) => end <= written) + 1;
    await this.#cutBack(written - (ends[records - 1] ?? 0));
    return { records, error };
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #write(bytes: Buffer): Promise<{ readonly written: number; readonly error: unknown }> {
    const deadline = performance.now() + this.#stallMs;
    let written = 0;
    for (let waitMs = firstRetryMs; written < bytes.length; ) {
      try {
        const { bytesWritten } = await this.#handle.write(bytes, written);
        if (bytesWritten === 0) throw new Error('it takes nothing');
        written += bytesWritten;
        waitMs = firstRetryMs;
      } catch (error) {
        const isFull = (error as NodeJS.ErrnoException).code === 'EAGAIN';
        if (!isFull || performance.now() > deadline) return { written, error };
        await sleep(waitMs);
        waitMs = Math.min(2 * waitMs, lastRetryMs);
      }
    }
    return { written, error: undefined };
  }

  /** Takes back the last bytes, unless another process may have written behind them or they went through a pipe. */
  async #cutBack(length: number): Promise<void> {
    if (length === 0) return;
    this.#isTorn = true;
    if (!this.isRegular) return;
    try {
      const { size } = await this.#handle.stat();
      if (size !== this.#size) return;
      await this.#handle.truncate(size - length);
      this.#size -= length;
      this.#isTorn = false;
    } catch {
      // The line is ended instead, as soon as that can be done.
    }
  }
}

/**
 * A file system that does not know when a file was made has 0, and a file that was copied or restored has older lines.
 */
function firstWrite({ size, birthtimeMs, mtimeMs }: Stats): number {
  const now = Date.now();
  return size === 0 ? now : Math.min(now, mtimeMs, birthtimeMs || mtimeMs);
}

/** Undefined when it may not be read: an empty line too many is better than two lines in one. */
async function lastByte(path: string, size: number): Promise<number | undefined> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return bytesRead === 1 ? buffer[0] : lineFeed;
  } finally {
    await file.close();
  }
}
