import { setImmediate } from 'node:timers/promises';
import type { Counters } from '../../telemetry/counters.ts';
import type { Frame, FrameSink } from '../frame.ts';
import type { Source, SourceEnd } from '../source.ts';
import { CaptureFile } from './capture-file.ts';
import { FilesInOrder } from './files-in-order.ts';
import { allTime, type TimeWindow } from './time-window.ts';

export type CaptureFileOptions = {
  /** In any order; `-` is standard input. */
  readonly paths: readonly string[];
  /** What was captured outside of it is counted and left out. */
  readonly window?: TimeWindow;
  /** After each part of a file; the total is unknown for pipes. */
  readonly onProgress?: (bytesRead: number, totalBytes: number | undefined) => void;
  /** Asked after each part of a file: while its promise is pending, nothing more is read. */
  readonly ready?: () => Promise<void> | undefined;
};

/** Capture time between ticks, microseconds. */
const tickInterval = 100_000;
/** Packets are not further out of order than this, microseconds: the clock was set back. */
const maxDisorder = 5_000_000;

/** One part: small enough that the event loop gets its turn every few milliseconds. */
const partLength = 1024 * 1024;
/** The same for one of several files, which are open together as far as they overlap in time. */
const partLengthOfSeveral = 256 * 1024;
/** Enough for the first packet, as a rule. */
const firstPartLength = 4096;
/** Together with their parts 16 MiB; below what a process may usually open. */
const maxOpenFiles = 64;

/**
 * Capture files, merged in order of time: those of a capture that was rotated follow each other, those of several
 * interfaces are interleaved. Each file is kept in its own order. Of what cannot be read the others are read all the
 * same, and `run` tells of each.
 */
export function createCaptureFileSource(options: CaptureFileOptions, counters: Counters): Source {
  return new CaptureFileSource(options, counters);
}

class CaptureFileSource implements Source {
  readonly #options: CaptureFileOptions;
  readonly #counters: Counters;
  #files: readonly CaptureFile[] = [];
  #stopping = false;

  constructor(options: CaptureFileOptions, counters: Counters) {
    this.#options = options;
    this.#counters = counters;
  }

  async run(sink: FrameSink): Promise<SourceEnd> {
    const onFrame = this.#frameHandler(sink);
    this.#files = this.#options.paths.map((path) => new CaptureFile(path, onFrame));
    if (this.#files.length > 1) await this.#readFirstTimes();
    const order = new FilesInOrder(this.#files.filter(({ isEnded }) => !isEnded));
    while (!this.#stopping) {
      const file = handOver(order);
      if (file === undefined) break;
      await this.#readOn(file);
      const bytesRead = this.#files.reduce((sum, { position }) => sum + position, 0);
      this.#options.onProgress?.(bytesRead, sizeOf(this.#files));
      // Without this, reads that are answered at once would starve what writes the records.
      await setImmediate();
      await this.#options.ready?.();
    }
    for (const file of this.#files) file.suspend();
    if (this.#stopping) return { kind: 'stopped' };
    const failures = this.#files.flatMap(({ failure }) => failure ?? []);
    return failures.length === 0 ? { kind: 'finished' } : { kind: 'failed', message: failures.join(' ') };
  }

  stop(): void {
    this.#stopping = true;
    for (const file of this.#files) file.close();
  }

  /** What is in a pipe can be read only once: it stays open. */
  async #readFirstTimes(): Promise<void> {
    for (const file of this.#files) {
      if (this.#stopping) return;
      await this.#open(file, firstPartLength);
      while (!this.#stopping && !file.handOver(Number.NEGATIVE_INFINITY)) await file.fill();
      if (file.size !== undefined) file.suspend();
    }
  }

  async #readOn(file: CaptureFile): Promise<void> {
    if (!file.isOpen) await this.#open(file, this.#files.length === 1 ? partLength : partLengthOfSeveral);
    await file.fill();
  }

  async #open(file: CaptureFile, bufferLength: number): Promise<void> {
    const openFiles = this.#files.filter(({ isOpen }) => isOpen).length;
    if (openFiles < maxOpenFiles) return file.open(bufferLength);
    file.fail(`cannot be read: ${maxOpenFiles} other files are of the same time; merge some of them first`);
  }

  /** Counts frames and keeps the clock going: a tick whenever capture time has moved on far enough, or was set back. */
  #frameHandler(sink: FrameSink): (frame: Frame) => void {
    const counters = this.#counters;
    const { since, until } = this.#options.window ?? allTime;
    let nextTick = Number.NEGATIVE_INFINITY;
    let isFirst = true;
    return (frame) => {
      if (frame.time < since || frame.time >= until) {
        counters.frames_outside_window++;
        return;
      }
      if (frame.time >= nextTick || frame.time < nextTick - maxDisorder) {
        if (!isFirst) sink.tick(frame.time);
        nextTick = frame.time + tickInterval;
      }
      isFirst = false;
      counters.frames_received++;
      sink.frame(frame);
    };
  }
}

/** Hands frames over in order of time until a file has to be read on, and returns that one. */
function handOver(order: FilesInOrder): CaptureFile | undefined {
  for (let file = order.first; file !== undefined; file = order.first) {
    if (!file.handOver(order.limit)) return file;
    order.reorder();
  }
  return undefined;
}

/** Undefined where that of one is not known. */
function sizeOf(files: readonly CaptureFile[]): number | undefined {
  return files.reduce<number | undefined>((sum, { size, failure }) => {
    return sum === undefined || (size === undefined && failure === undefined) ? undefined : sum + (size ?? 0);
  }, 0);
}
