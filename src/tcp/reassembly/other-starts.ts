import { distance, farAway } from '../sequence.ts';

/** More answers than these to one SYN are not remembered. */
const maxStarts = 4;

/** Where else a side would begin, if the client accepted another answer to its SYN than the first one captured. */
export class OtherStarts {
  #starts: readonly number[] = [];

  add(first: number): void {
    if (!this.#starts.includes(first)) this.#starts = [...this.#starts, first].slice(-maxStarts);
  }

  /** Which of these, and `first`, the client has accepted: the nearest one before what it acknowledges. */
  chosenBy(acknowledgment: number, first: number): number | undefined {
    const ahead = (start: number) => distance(acknowledgment, start);
    const possible = [first, ...this.#starts].filter((start) => ahead(start) >= 0 && ahead(start) <= farAway);
    return possible.sort((a, b) => ahead(a) - ahead(b))[0];
  }
}
