/** A text of one character per byte, ready to be compared with bytes: four at a time. */
export class KnownText {
  /** Shorter ones have no word. */
  static readonly minLength = 4;

  readonly text: string;
  readonly length: number;
  /** As many whole words as it has, little-endian. */
  readonly words: readonly number[];
  /** The last four bytes. */
  readonly lastWord: number;

  constructor(text: string) {
    const bytes = Buffer.from(text, 'latin1');
    this.text = text;
    this.length = text.length;
    this.words = Array.from({ length: text.length >>> 2 }, (_, index) => bytes.readInt32LE(4 * index));
    this.lastWord = text.length < KnownText.minLength ? 0 : bytes.readInt32LE(text.length - 4);
  }
}
