/** Of more, the oldest are forgotten: nothing is waited for that long. */
const maxRanges = 32;

type Range = { readonly first: number; readonly last: number };

/**
 * The streams that one side begins, whose numbers only grow (RFC 9113, section 5.1.1). Those that were passed over were
 * begun before the capture, or in what was lost of it: their requests were not seen, but what answers them may be.
 */
export class StreamNumbers {
  #last = 0;
  #unseen: readonly Range[] = [];

  isNew(stream: number): boolean {
    return stream > this.#last;
  }

  isUnseen(stream: number): boolean {
    return this.#unseen.some(({ first, last }) => stream >= first && stream <= last);
  }

  /** It begins, for all that is known. */
  begin(stream: number): void {
    if (!this.isNew(stream)) return;
    if (stream > this.#last + 2) {
      this.#unseen = [...this.#unseen.slice(-maxRanges + 1), { first: this.#last + 1, last: stream - 1 }];
    }
    this.#last = stream;
  }
}
