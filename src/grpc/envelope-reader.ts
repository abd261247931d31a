import type { BodyReader } from './body-reader.ts';
import { KeptText } from './kept-text.ts';

/** One byte of flags, four of length. */
const prefixBytes = 5;
/** Trailers and errors are shorter. */
const mostEndBytes = 8192;
const compressed = 1;

/** Of one flavour of envelopes: the flags that there are, and the one that marks what is no message but the end. */
export type EnvelopeFlags = { readonly all: number; readonly end: number };

/**
 * Counts the messages in a body, each with a prefix that says how long it is, and keeps the text of the one that is
 * none. Messages are never kept. A body in which the next prefix cannot be found any more has an unknown number of
 * them.
 */
export class EnvelopeReader implements BodyReader {
  readonly #flags: EnvelopeFlags;
  #messages: number | undefined = 0;
  /** Of the prefix that is being read: how much of it there is, and what it says. */
  #prefix = 0;
  #flag = 0;
  #length = 0;
  /** Of the message that is being read. */
  #left = 0;
  #end: KeptText | undefined;
  #endsHere = false;

  constructor(flags: EnvelopeFlags) {
    this.#flags = flags;
  }

  /** How many there were, the last one whole; undefined if that cannot be known. */
  get messages(): number | undefined {
    return this.#messages;
  }

  /** What ended the body, if it did so with more than its last message. */
  get end(): string | undefined {
    return this.#endsHere ? this.#end?.text : undefined;
  }

  get heldBytes(): number {
    return this.#end?.heldBytes ?? 0;
  }

  read(bytes: Buffer, start: number, end: number): void {
    for (let at = start; at < end && this.#messages !== undefined; ) {
      if (this.#left === 0) {
        this.#readPrefix(bytes[at] as number);
        at++;
      } else {
        const taken = Math.min(this.#left, end - at);
        if (this.#isEnd) this.#end?.read(bytes, at, at + taken);
        at += taken;
        this.#take(taken);
      }
    }
  }

  missing(count: number): void {
    if (this.#messages === undefined) return;
    if (count > this.#left) return this.lost();
    this.#end?.missing();
    this.#take(count);
  }

  lost(): void {
    this.#messages = undefined;
    this.#end = undefined;
    this.#endsHere = false;
  }

  get #isEnd(): boolean {
    return (this.#flag & this.#flags.end) !== 0;
  }

  #readPrefix(byte: number): void {
    if (this.#prefix === 0) this.#flag = byte;
    else this.#length = this.#length * 256 + byte;
    if (++this.#prefix < prefixBytes) return;
    if ((this.#flag & ~this.#flags.all) !== 0) return this.lost();
    this.#left = this.#length;
    // One that is compressed is not read.
    if (this.#isEnd && (this.#flag & compressed) === 0) this.#end = new KeptText(mostEndBytes);
    if (this.#left === 0) this.#finish();
  }

  #take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left === 0) this.#finish();
  }

  #finish(): void {
    if (this.#isEnd) this.#endsHere = true;
    else if (this.#messages !== undefined) this.#messages++;
    this.#prefix = 0;
    this.#length = 0;
  }
}
