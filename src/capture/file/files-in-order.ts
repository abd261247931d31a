import type { CaptureFile } from './capture-file.ts';

/**
 * Capture files by the time of their next frame. Of frames of one time those of the file whose first frame is earlier
 * come first, then those of the file that was named first.
 */
export class FilesInOrder {
  readonly #files: CaptureFile[];
  /** By the time of the first frame: the place of each file among frames of one time. */
  readonly #ranks: ReadonlyMap<CaptureFile, number>;

  constructor(files: readonly CaptureFile[]) {
    this.#files = [...files].sort((a, b) => (a.nextTime < b.nextTime ? -1 : Number(a.nextTime > b.nextTime)));
    this.#ranks = new Map(this.#files.map((file, rank) => [file, rank]));
  }

  /** Whose turn it is. */
  get first(): CaptureFile | undefined {
    return this.#files[0];
  }

  /** Until when (inclusive) it is the turn of the first. Times are whole microseconds. */
  get limit(): number {
    const [first, second] = this.#files;
    if (first === undefined || second === undefined) return Number.POSITIVE_INFINITY;
    return this.#rank(first) < this.#rank(second) ? second.nextTime : second.nextTime - 1;
  }

  /** The first has been read on, or has ended. */
  reorder(): void {
    const files = this.#files;
    const [moved] = files;
    if (moved === undefined) return;
    if (moved.isEnded) {
      files.shift();
      return;
    }
    let place = 0;
    for (let next = files[1]; next !== undefined && this.#isBefore(next, moved); next = files[place + 1]) {
      files[place] = next;
      place++;
    }
    files[place] = moved;
  }

  #isBefore(a: CaptureFile, b: CaptureFile): boolean {
    return a.nextTime < b.nextTime || (a.nextTime === b.nextTime && this.#rank(a) < this.#rank(b));
  }

  #rank(file: CaptureFile): number {
    return this.#ranks.get(file) ?? 0;
  }
}
