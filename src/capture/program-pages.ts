import { readFileSync } from 'node:fs';
import { loadLibc } from './libc.ts';

/** A part of a file that nobody can have changed: mapped read-only, and none of its pages is a copy. */
const mappingForm = /^([0-9a-f]+)-([0-9a-f]+) r-[-x]p \S+ \S+ \S+ +\/.*$/m;
const unchangedForm = /^Anonymous: +0 kB$/m;

/** The start needs other pages than the time afterwards, and so does the compiler, which is done with a program after some ten thousand packets. */
const intervalMs = 5_000;

/** Now and again: what is not needed any more is not kept in memory. */
export function keepReleasingProgramPages(): void {
  releaseProgramPages();
  setInterval(releaseProgramPages, intervalMs).unref();
}

/**
 * Gives back the pages of the node binary and its libraries that only the start needed, a third of the resident memory: they stay in the kernel's page cache,
 * and one that is touched again is back within a microsecond. Where that cannot be done, nothing changes. To be called while capturing live.
 */
export function releaseProgramPages(): void {
  try {
    for (const { address, bytes } of programMappings()) loadLibc().releasePages(address, bytes);
  } catch {
    // A sandbox without /proc/self/smaps.
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
