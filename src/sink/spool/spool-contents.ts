import { readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { amountWith } from '../../telemetry/amount.ts';
import { type FoundFrame, findFrames } from './spool-frame.ts';
import type { SpoolOptions } from './spool-options.ts';
import { SpoolSegment } from './spool-segment.ts';

/** A batch on disk. `left` counts its records that are not settled; when there are none it is done. */
export type SpoolEntry = {
  readonly sequence: number;
  readonly records: number;
  readonly segment: SpoolSegment;
  readonly position: number;
  readonly length: number;
  left: number;
};

const segmentName = /^\d{12}\.spool$/;

/** What earlier processes left: batches that are not done, and files, oldest first. */
export type SpoolContents = {
  readonly entries: readonly SpoolEntry[];
  readonly segments: SpoolSegment[];
  readonly lastNumber: number;
};

/** Reads all files, checks every frame, and cuts off what is damaged. A file that cannot be read is left alone. */
export async function readSpool(options: SpoolOptions): Promise<SpoolContents> {
  const { directory, account, name, log } = options;
  const names = (await readdir(directory)).filter((file) => segmentName.test(file)).sort();
  const segments: SpoolSegment[] = [];
  const entries = new Map<number, SpoolEntry>();
  for (const file of names) {
    try {
      const { segment, frames, cutBytes } = await readSegment(join(directory, file));
      segments.push(segment);
      note(frames, segment, entries);
      account.spoolCutBytes += cutBytes;
      if (cutBytes > 0) await truncate(segment.path, segment.size);
    } catch (error) {
      account.spoolErrors++;
      log.warn(`the spool of ${name} has a file that cannot be used: ${(error as Error).message}`);
    }
  }
  for (const { segment } of entries.values()) segment.undone++;
  if (account.spoolCutBytes > 0) {
    log.warn(
      `the spool of ${name} was damaged: ${amountWith(account.spoolCutBytes, 'byte', ['was', 'were'])} cut off (${directory})`,
    );
  }
  const ordered = [...entries.values()].sort((one, other) => one.sequence - other.sequence);
  return { entries: ordered, segments, lastNumber: Number.parseInt(names.at(-1) ?? '0', 10) };
}

type FoundSegment = {
  readonly segment: SpoolSegment;
  readonly frames: readonly FoundFrame[];
  /** How much of its end cannot be understood. */
  readonly cutBytes: number;
};

async function readSegment(path: string): Promise<FoundSegment> {
  const bytes = await readFile(path);
  const { frames, goodLength } = findFrames(bytes);
  return { segment: SpoolSegment.found(path, goodLength), frames, cutBytes: bytes.length - goodLength };
}

/** A mark may be in a later file than its batch. */
function note(frames: readonly FoundFrame[], segment: SpoolSegment, entries: Map<number, SpoolEntry>): void {
  for (const frame of frames) {
    if (frame.kind === 'done') entries.delete(frame.sequence);
    else entries.set(frame.sequence, { ...frame, segment, left: frame.records });
  }
}
