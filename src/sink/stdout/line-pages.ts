/** Lines become bytes at once, in pieces of about this size: text that waits keeps the garbage collector busy. */
const pageBytes = 64 * 1024;
/** A UTF-16 unit has at most this many bytes in UTF-8. */
const maxUnitBytes = 3;
const lineFeed = 0x0a;

/** Whole lines, one behind the other. */
export type Lines = {
  readonly bytes: Buffer;
  readonly count: number;
  /** When the first of them came, on the monotonic clock. */
  readonly since: number;
};

/**
 * Collects lines as bytes. What is taken stays where it is, so nothing is copied, and the next lines are written behind
 * it.
 */
export class LinePages {
  #page = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  #count = 0;
  #since = 0;

  get since(): number | undefined {
    return this.#count === 0 ? undefined : this.#since;
  }

  /** Whether a line needs another page: then what was collected has to be taken first. */
  isFullFor(line: string): boolean {
    return this.#count > 0 && this.#end + roomFor(line) > this.#page.length;
  }

  /** Returns how many bytes the line has, with its end. */
  append(line: string): number {
    if (this.#end + roomFor(line) > this.#page.length) {
      this.#page = Buffer.allocUnsafeSlow(Math.max(pageBytes, roomFor(line)));
      this.#start = 0;
      this.#end = 0;
    }
    if (this.#count++ === 0) this.#since = performance.now();
    const length = this.#page.write(line, this.#end) + 1;
    this.#end += length;
    this.#page[this.#end - 1] = lineFeed;
    return length;
  }

  /** All lines that were collected, if there are any. */
  take(): Lines | undefined {
    if (this.#count === 0) return undefined;
    const lines = { bytes: this.#page.subarray(this.#start, this.#end), count: this.#count, since: this.#since };
    this.#start = this.#end;
    this.#count = 0;
    return lines;
  }
}

function roomFor(line: string): number {
  return line.length * maxUnitBytes + 1;
}
