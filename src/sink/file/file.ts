import type { Log } from '../../telemetry/log.ts';
import type { Batch } from '../batch.ts';
import type { CheckResult, Failure, SendOutcome, Transport } from '../transport.ts';
import { FileAppender } from './file-appender.ts';
import { checkFile } from './file-check.ts';
import { fileFailure } from './file-failure.ts';
import type { FileSettings } from './file-settings.ts';
import { RotatedFiles } from './rotated-files.ts';

/** Appends lines to a file, and begins a new one now and then. Encoded records must be whole lines, with their end. */
export class FileTransport implements Transport {
  /** One file has one end. */
  readonly inFlight = 1;
  readonly #settings: FileSettings;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #rotated: RotatedFiles;
  #file: FileAppender | undefined;
  #hasOpened = false;
  #isClosed = false;
  /** What is under way; an operation that hangs cannot be called off, so nothing else is begun before it is over. */
  #work: Promise<SendOutcome> | undefined;

  constructor(settings: FileSettings, log: Log, now: () => number = Date.now) {
    this.#settings = settings;
    this.#log = log;
    this.#now = now;
    this.#rotated = new RotatedFiles(settings, log, now);
  }

  async send(batch: Batch): Promise<SendOutcome> {
    const { path, hangMs } = this.#settings;
    const hung = { kind: 'retry', reason: `${path}: the file system has not answered for ${hangMs} ms` } as const;
    if (this.#work !== undefined && (await within(hangMs, this.#work)) === undefined) return hung;
    if (this.#isClosed) return { kind: 'retry', reason: `${path} is closed` };
    this.#work = this.#write(batch).finally(() => {
      this.#work = undefined;
    });
    return (await within(hangMs, this.#work)) ?? hung;
  }

  async close(expired: Promise<void> = Promise.resolve()): Promise<void> {
    this.#isClosed = true;
    await this.#work;
    await this.#closeFile();
    await this.#rotated.close(expired);
  }

  check(): Promise<CheckResult> {
    return checkFile(this.#settings);
  }

  async #write(batch: Batch): Promise<SendOutcome> {
    try {
      let file = await this.#fileInPlace();
      await file.endLine();
      if (this.#isDue(file, batch.bytes.length)) {
        const failure = await this.#rotate();
        if (failure !== undefined) return failure;
        file = await this.#fileInPlace();
      }
      return await this.#append(file, batch);
    } catch (error) {
      await this.#closeFile();
      return fileFailure(this.#settings.path, 'appended to', error);
    }
  }

  async #rotate(): Promise<Failure | undefined> {
    try {
      await this.#rotated.rotate();
    } catch (error) {
      // Unless another process has taken the file away just now.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return fileFailure(this.#settings.path, 'rotated', error);
    }
    await this.#closeFile();
    return undefined;
  }

  async #append(file: FileAppender, batch: Batch): Promise<SendOutcome> {
    const { records, error } = await file.append(batch);
    if (error === undefined) return { kind: 'delivered' };
    const failure = fileFailure(this.#settings.path, 'appended to', error);
    const isStalled = (error as NodeJS.ErrnoException).code === 'EAGAIN';
    // To a reader of a pipe that only was slow, this would be the end of it.
    if (!isStalled) await this.#closeFile();
    if (records === 0) return failure;
    const retry = Array.from({ length: batch.ends.length - records }, (_, index) => records + index);
    return { kind: 'mixed', duplicates: 0, retry, rejected: [], reason: failure.reason };
  }

  async #fileInPlace(): Promise<FileAppender> {
    if (this.#file !== undefined && !(await this.#file.isInPlace())) await this.#closeFile();
    this.#file ??= await this.#open();
    return this.#file;
  }

  async #open(): Promise<FileAppender> {
    const { path, stallMs } = this.#settings;
    const file = await FileAppender.open(path, stallMs);
    if (this.#hasOpened) return file;
    this.#hasOpened = true;
    if (file.isRegular) await this.#rotated.recover();
    else this.#log.info(`file: ${path} is a link, a pipe or a device, so it is never rotated`);
    return file;
  }

  #isDue({ isRegular, size, since }: FileAppender, length: number): boolean {
    const { rotateBytes, rotateAgeMs } = this.#settings;
    if (!isRegular || size === 0) return false;
    return size + length > rotateBytes || (rotateAgeMs > 0 && this.#now() - since >= rotateAgeMs);
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => {});
  }
}

/** Undefined when the work takes longer. */
async function within<Result>(withinMs: number, work: Promise<Result>): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, withinMs, undefined);
  });
  const first = await Promise.race([work, late]);
  clearTimeout(timer);
  return first;
}
