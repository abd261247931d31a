import { readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { amountWith } from '../../telemetry/amount.ts';
import { type FoundFrame, findFrames } from './spool-frame.ts';
import type { SpoolOptions } from './spool-options.ts';
import { SpoolSegment } from './spool-segment.ts';
import { NewerSpoolError, newerSegment, type SegmentName, segmentsOf, spoolVersion } from './spool-version.ts';

/** A batch on disk. `left` counts its records that are not settled; when there are none it is done. */
export type SpoolEntry = {
  readonly id: string;
  readonly sequence: number;
  readonly records: number;
  readonly segment: SpoolSegment;
  readonly position: number;
  readonly length: number;
  left: number;
};

/** What earlier processes left: batches that are not done, and files, oldest first. */
export type SpoolContents = {
  readonly entries: readonly SpoolEntry[];
  readonly segments: SpoolSegment[];
  readonly lastNumber: number;
};

type FoundSegment = {
  readonly segment: SpoolSegment;
  readonly frames: readonly FoundFrame[];
  /** How much of its end cannot be understood. */
  readonly cutBytes: number;
};

/**
 * Reads all files, checks every frame, and cuts off what is damaged. A file that cannot be read is left alone. Throws
 * `NewerSpoolError`, with nothing touched, where a later version has left something: its marks and batches may belong
 * to the others.
 */
export async function readSpool(options: SpoolOptions): Promise<SpoolContents> {
  const { directory, account, name, log } = options;
  const names = segmentNames(await readdir(directory));
  const found: FoundSegment[] = [];
  for (const { file } of names) {
    try {
      found.push(await readSegment(join(directory, file)));
    } catch (error) {
      if (error instanceof NewerSpoolError) throw error;
      account.spoolErrors++;
      log.warn(`the spool of ${name} has a file that cannot be used: ${(error as Error).message}`);
    }
  }
  account.spoolCutBytes += await cutDamage(found);
  if (account.spoolCutBytes > 0) {
    const bytes = amountWith(account.spoolCutBytes, 'byte', ['was', 'were']);
    log.warn(`the spool of ${name} was damaged: ${bytes} cut off (${directory})`);
  }
  const entries = undone(found);
  for (const { segment } of entries) segment.undone++;
  const segments = found.map(({ segment }) => segment);
  return { entries, segments, lastNumber: Math.max(0, ...names.map(({ number }) => number)) };
}

/** Oldest first; those of version 1 before the others, whose marks may be theirs. */
function segmentNames(files: readonly string[]): readonly SegmentName[] {
  const newer = newerSegment(files);
  if (newer !== undefined) throw newerSpool(newer.file, `version ${newer.version}`);
  return segmentsOf(files).toSorted((one, other) => one.version - other.version || one.number - other.number);
}

async function readSegment(path: string): Promise<FoundSegment> {
  const bytes = await readFile(path);
  const { frames, goodLength } = findFrames(bytes);
  const unknown = frames.find(({ kind }) => kind === 'unknown');
  if (unknown !== undefined) throw newerSpool(path, 'a later version');
  return { segment: SpoolSegment.found(path, goodLength), frames, cutBytes: bytes.length - goodLength };
}

function newerSpool(file: string, version: string): NewerSpoolError {
  return new NewerSpoolError(
    `${file} is of ${version} of the spool, and this program knows ${spoolVersion} at most; all is left as it is there`,
  );
}

/** Returns how many bytes were cut off. */
async function cutDamage(found: readonly FoundSegment[]): Promise<number> {
  let bytes = 0;
  for (const { segment, cutBytes } of found) {
    if (cutBytes > 0) await truncate(segment.path, segment.size);
    bytes += cutBytes;
  }
  return bytes;
}

/** A mark may be in a later file than its batch. */
function undone(found: readonly FoundSegment[]): readonly SpoolEntry[] {
  const entries = new Map<string, SpoolEntry>();
  const earlier = new Map<number, string>();
  for (const { segment, frames } of found) {
    for (const frame of frames) {
      if (frame.kind === 'batch') {
        entries.set(frame.id, { ...frame, segment, left: frame.records });
        earlier.set(frame.sequence, frame.id);
      } else if (frame.kind === 'done') {
        entries.delete(frame.id);
      } else if (frame.kind === 'earlier-done') {
        entries.delete(earlier.get(frame.sequence) ?? '');
      }
    }
  }
  return [...entries.values()].sort((one, other) => one.sequence - other.sequence);
}
