import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Log } from '../../telemetry/log.ts';
import { gzipFile } from './file-gzip.ts';

export type RotationSettings = {
  readonly path: string;
  /** How many rotated files stay. */
  readonly keep: number;
  readonly gzip: boolean;
};

/**
 * A name with a time so far ahead is not ours: a clock is hardly ever set back by so much, and there is nothing after
 * the year 9999.
 */
const furthestMs = 366 * 86_400_000;

/** What may be behind the time in a name; with '' the file as it was written. */
type Suffix = '' | '.gz' | '.gz.part';
/** One rotated file in all of its forms on disk. */
type Rotated = { readonly stamp: string; readonly suffixes: readonly Suffix[] };

/**
 * The files that were written before, beside the file of a path: `records.log.20261126T003213.123Z`, in the order of
 * their rotation also by name. Files that are not named exactly so are left alone.
 */
export class RotatedFiles {
  readonly #settings: RotationSettings;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #ending = new AbortController();
  #compressing: Promise<void> | undefined;
  /** Something was rotated since the directory was last looked through. */
  #isBehind = false;
  #isFailing = false;

  constructor(settings: RotationSettings, log: Log, now: () => number) {
    this.#settings = settings;
    this.#log = log;
    this.#now = now;
  }

  /** Finishes what an earlier process left: removes half a compressed file, and compresses and deletes what is due. */
  async recover(): Promise<void> {
    await this.#guard(async () => {
      await forAll(await this.#list(), async ({ stamp, suffixes }) => {
        const isHalf = (suffix: Suffix) => suffix === '.gz.part' || (suffix === '.gz' && suffixes.includes(''));
        for (const suffix of suffixes.filter(isHalf)) await rm(this.#pathOf(stamp, suffix));
      });
    });
    await this.#guard(() => this.#deleteOldest());
    this.#compress();
  }

  /** Renames the file of the path. Its time is later than that of all others, also when the clock was set back. */
  async rotate(): Promise<void> {
    const newest = (await this.#list()).at(-1);
    const earliest = newest === undefined ? 0 : timeOf(newest.stamp) + 1;
    await rename(this.#settings.path, this.#pathOf(stampOf(Math.max(this.#now(), earliest)), ''));
    await this.#guard(() => this.#deleteOldest());
    this.#compress();
  }

  /** What is being compressed is abandoned when `expired` resolves: the next start begins anew with it. */
  async close(expired: Promise<void>): Promise<void> {
    void expired.then(() => this.#ending.abort());
    await this.#compressing;
  }

  async #deleteOldest(): Promise<void> {
    const surplus = (await this.#list()).slice(0, -this.#settings.keep);
    await forAll(surplus, async ({ stamp, suffixes }) => {
      for (const suffix of suffixes) await rm(this.#pathOf(stamp, suffix), { force: true });
    });
  }

  #compress(): void {
    if (!this.#settings.gzip) return;
    this.#isBehind = true;
    this.#compressing ??= this.#compressAll();
  }

  async #compressAll(): Promise<void> {
    while (this.#isBehind && !this.#ending.signal.aborted) {
      this.#isBehind = false;
      await this.#guard(async () => {
        const plain = (await this.#list()).filter(({ suffixes }) => suffixes.includes(''));
        await forAll(plain, ({ stamp }) => this.#compressOne(this.#pathOf(stamp, '')));
        // A rotation may have deleted one while it changed its name.
        await this.#deleteOldest();
        this.#isFailing = false;
      });
    }
    this.#compressing = undefined;
  }

  async #compressOne(path: string): Promise<void> {
    if (this.#ending.signal.aborted) return;
    try {
      await gzipFile(path, this.#ending.signal);
    } catch (error) {
      const isDeleted = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!isDeleted && !this.#ending.signal.aborted) throw error;
    }
  }

  /** Oldest first. */
  async #list(): Promise<readonly Rotated[]> {
    const { path } = this.#settings;
    const latest = this.#now() + furthestMs;
    const found = new Map<string, Suffix[]>();
    for (const entry of await readdir(dirname(path), { withFileTypes: true })) {
      const parsed = entry.isFile() ? parseName(entry.name, basename(path)) : undefined;
      if (parsed === undefined || timeOf(parsed.stamp) > latest) continue;
      const suffixes = found.get(parsed.stamp) ?? [];
      suffixes.push(parsed.suffix);
      found.set(parsed.stamp, suffixes);
    }
    const rotated = [...found].map(([stamp, suffixes]) => ({ stamp, suffixes }));
    return rotated.sort((one, other) => (one.stamp < other.stamp ? -1 : 1));
  }

  #pathOf(stamp: string, suffix: Suffix): string {
    return `${this.#settings.path}.${stamp}${suffix}`;
  }

  /** Records are written whatever becomes of the old files; the first failure is said. */
  async #guard(operation: () => Promise<void>): Promise<void> {
    try {
      await operation();
    } catch (error) {
      const { path } = this.#settings;
      const { message } = error as Error;
      if (!this.#isFailing)
        this.#log.warn(`file: rotated files of ${path} cannot be deleted or compressed: ${message}`);
      this.#isFailing = true;
    }
  }
}

/** One after the other, whatever becomes of one of them; then throws the first error. */
async function forAll<Item>(items: readonly Item[], operation: (item: Item) => Promise<void>): Promise<void> {
  const errors: unknown[] = [];
  for (const item of items) await operation(item).catch((error) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

/** `20261126T003213.123Z`: sorts by time, and is fine in a file name everywhere. */
function stampOf(time: number): string {
  return new Date(time).toISOString().replaceAll(/[-:]/g, '');
}

function timeOf(stamp: string): number {
  return Date.parse(stamp.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:'));
}

function parseName(name: string, base: string): { readonly stamp: string; readonly suffix: Suffix } | undefined {
  if (!name.startsWith(`${base}.`)) return undefined;
  const [, stamp, suffix] = /^(\d{8}T\d{6}\.\d{3}Z)(|\.gz|\.gz\.part)$/.exec(name.slice(base.length + 1)) ?? [];
  if (stamp === undefined || Number.isNaN(timeOf(stamp)) || stampOf(timeOf(stamp)) !== stamp) return undefined;
  return { stamp, suffix: suffix as Suffix };
}
