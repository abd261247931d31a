import { amount } from './amount.ts';

/** How often the line is drawn again, milliseconds. */
const redrawMs = 200;
/** Files smaller than this are read before a line could be looked at. */
const worthwhileBytes = 32 * 1024 * 1024;

/**
 * One line about the reading of a large capture file, drawn over and over on a terminal: share read, exchanges, time
 * left.
 */
export class Progress {
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  readonly #started: number;
  #drawn = 0;
  #isShown = false;

  /** `now` in milliseconds. */
  constructor(write: (text: string) => void, now: () => number) {
    this.#write = write;
    this.#now = now;
    this.#started = now();
  }

  update(bytesRead: number, totalBytes: number | undefined, exchanges: number): void {
    const now = this.#now();
    if ((totalBytes ?? bytesRead) < worthwhileBytes || now - this.#drawn < redrawMs) return;
    this.#drawn = now;
    this.#isShown = true;
    const megabytes = `${(bytesRead / 1e6).toFixed(0)} MB`;
    const share =
      totalBytes === undefined
        ? megabytes
        : `${((100 * bytesRead) / totalBytes).toFixed(0)} % of ${(totalBytes / 1e6).toFixed(0)} MB`;
    const left = totalBytes === undefined ? '' : `, ${secondsLeft(now - this.#started, bytesRead, totalBytes)} left`;
    this.#write(`\r\x1b[Kread ${share}, ${amount(exchanges, 'exchange')}${left}`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#isShown) this.#write('\r\x1b[K');
  }
}

function secondsLeft(elapsedMs: number, bytesRead: number, totalBytes: number): string {
  const seconds = Math.ceil((elapsedMs * (totalBytes - bytesRead)) / Math.max(1, bytesRead) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
