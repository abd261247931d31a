import { readFileSync } from 'node:fs';
import { createGrowthDetector } from './growth-detector.ts';
import { loadLibc } from './libc.ts';

/** A part of a file that cannot have changed: mapped read-only, and none of its pages is a copy. */
const mappingForm = /^([0-9a-f]+)-([0-9a-f]+) r-[-x]p \S+ \S+ \S+ +\/.*$/m;
const unchangedForm = /^Anonymous: +0 kB$/m;
const filePagesForm = /^RssFile:\s+(\d+) kB$/m;

/** Most of what is needed all the time has come back by then: packets are read five times a second at least. */
const lookMs = 250;
/** How much growth is worth a release, KiB: it takes some milliseconds. */
const growthKilobytes = 3 * 1024;
/** Less than this is no change. */
const stillBytes = 512 * 1024;

/**
 * At the start and whenever they have become more: the start needs other pages than the time afterwards, and so does
 * the compiler, which is done with a program after some ten thousand packets.
 */
export function keepReleasingProgramPages(): void {
  const hasGrown = createGrowthDetector(growthKilobytes);
  let looked = 0;
  releaseProgramPages();
  setInterval(() => {
    // Costs a tenth of reading the file: where nothing happens, memory stays as it is.
    const resident = process.memoryUsage.rss();
    if (Math.abs(resident - looked) < stillBytes) return;
    looked = resident;
    if (hasGrown(fileKilobytes())) releaseProgramPages();
  }, lookMs).unref();
}

/**
 * Gives back the pages of the node binary and its libraries that only the start needed, a third of the resident memory:
 * they stay in the kernel's page cache, and one that is touched again is back within a microsecond. Where that cannot
 * be done, nothing changes. To be called while capturing live.
 */
export function releaseProgramPages(): void {
  try {
    for (const { address, bytes } of programMappings()) loadLibc().releasePages(address, bytes);
  } catch {
    // A sandbox without /proc/self/smaps.
  }
}

/** Resident pages of files, with the capture rings, which do not change; 0 where that cannot be known. */
export function fileKilobytes(): number {
  try {
    return Number(filePagesForm.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function programMappings(): readonly { readonly address: bigint; readonly bytes: number }[] {
  // Each mapping begins with the line that has its addresses.
  const mappings = readFileSync('/proc/self/smaps', 'latin1').split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/);
  return mappings.flatMap((mapping) => {
    const [, start, end] = mappingForm.exec(mapping) ?? [];
    if (start === undefined || !unchangedForm.test(mapping)) return [];
    const address = BigInt(`0x${start}`);
    return [{ address, bytes: Number(BigInt(`0x${end}`) - address) }];
  });
}
