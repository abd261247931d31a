import { inOnePiece } from './json-text.ts';

/**
 * What stands in JSON in front of the value of one member of an object. The quote that ends a text is written by what
 * comes next, so that each member adds two pieces to the JSON and not three: pieces are most of what writing costs.
 */
export class JsonName {
  /** If it is the first member, if it comes behind a value, and if it comes behind a text whose quote is missing. */
  readonly first: string;
  readonly next: string;
  readonly afterText: string;

  /** `start`: the name in JSON with its colon and, for a text, the quote. */
  constructor(start: string) {
    this.first = inOnePiece(`{${start}`);
    this.next = inOnePiece(`,${start}`);
    this.afterText = inOnePiece(`",${start}`);
  }
}
