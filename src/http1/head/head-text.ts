import { viewOf } from '../../bytes/view-of.ts';
import { KnownText } from './known-text.ts';

const none: Buffer = Buffer.alloc(0);

/**
 * A part of a message, as bytes, which are borrowed, and as text, one character per byte, so that offsets are the
 * same. One object is used again for each part: what looks at single bytes or compares them costs a fraction of the
 * same with a text.
 */
export class HeadText {
  text = '';
  #bytes = none;
  #view = viewOf(none);
  #start = 0;

  /** Turns to `bytes[start, end)`. */
  set(bytes: Buffer, start: number, end: number): this {
    if (this.#bytes !== bytes) {
      this.#bytes = bytes;
      this.#view = viewOf(bytes);
    }
    this.#start = start;
    this.text = bytes.toString('latin1', start, end);
    return this;
  }

  /** The byte at an offset; -1 before the start and behind the end. */
  byte(at: number): number {
    return at >>> 0 < this.text.length ? (this.#bytes[this.#start + at] as number) : -1;
  }

  /** Whether a known text stands at an offset. */
  isAt(at: number, known: KnownText): boolean {
    const { words, length } = known;
    if (at < 0 || at + length > this.text.length) return false;
    const start = this.#start + at;
    const view = this.#view;
    for (let index = 0; index < words.length; index++) {
      if (view.getInt32(start + 4 * index, true) !== words[index]) return false;
    }
    return length < KnownText.minLength
      ? this.text.startsWith(known.text, at)
      : view.getInt32(start + length - 4, true) === known.lastWord;
  }
}
