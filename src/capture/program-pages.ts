import { readFileSync } from 'node:fs';
import { loadLibc } from './libc.ts';

/** A part of a file that nobody can have changed: mapped read-only, and none of its pages is a copy. */
const mappingForm = /^([0-9a-f]+)-([0-9a-f]+) r-[-x]p \S+ \S+ \S+ +\/.*$/m;
const unchangedForm = /^Anonymous: +0 kB$/m;

/** What is needed all the time has come back by then. */
const lookMs = 250;
/** So much more resident memory is worth a release. */
const growthBytes = 4 * 1024 * 1024;

/**
 * At the start and whenever memory has grown: the start needs other pages than the time afterwards, and so does the compiler, which is done with a
 * program after some ten thousand packets.
 */
export function keepReleasingProgramPages(): void {
  const growth = new Growth(growthBytes);
  releaseProgramPages();
  setInterval(() => {
    if (growth.isReached(process.memoryUsage.rss())) releaseProgramPages();
  }, lookMs).unref();
}

/** Whether a size has grown by so much since the first look after it had done so before. */
export class Growth {
  readonly #least: number;
  #since: number | undefined;

  constructor(least: number) {
    this.#least = least;
  }

  isReached(size: number): boolean {
    const isReached = this.#since !== undefined && size - this.#since >= this.#least;
    if (isReached) this.#since = undefined;
    else this.#since ??= size;
    return isReached;
  }
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
