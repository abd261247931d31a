import { uint8 } from '../../bytes/integers.ts';
import type { HuffmanCode } from './huffman-code.ts';

/** Enough for any size of a table that a setting can allow; there is no use for larger integers. */
const mostContinuations = 5;

/**
 * Reads the integers and strings of a header block (RFC 7541, section 5). From the first mistake on it is broken: what
 * it gives then means nothing, and it is at the end.
 */
export class BlockReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;
  #isBroken = false;

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#end;
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** The byte that comes next: its first bits say what begins there. */
  get next(): number {
    return uint8(this.#bytes, this.#at);
  }

  /** What was read cannot be. */
  fail(): void {
    this.#isBroken = true;
    this.#at = this.#end;
  }

  /** An integer that begins in the last `bits` bits of the next byte (RFC 7541, section 5.1). */
  integer(bits: number): number {
    if (this.isAtEnd) return this.#failedAt();
    const most = (1 << bits) - 1;
    let value = this.next & most;
    this.#at++;
    if (value < most) return value;
    for (let shift = 0; shift < 7 * mostContinuations && !this.isAtEnd; shift += 7) {
      const byte = this.next;
      this.#at++;
      value += (byte & 0x7f) * (1 << shift);
      if (byte < 0x80) return value;
    }
    return this.#failedAt();
  }

  /** A string (RFC 7541, section 5.2). */
  string(huffman: HuffmanCode): string {
    const isHuffman = !this.isAtEnd && this.next >= 0x80;
    const start = this.#passString();
    if (!isHuffman) return this.#bytes.toString('latin1', start, this.#at);
    const text = huffman.text(this.#bytes, start, this.#at);
    if (text === undefined) this.fail();
    return text ?? '';
  }

  /** Passes over a string that nobody can use. */
  skipString(): void {
    this.#passString();
  }

  /** Goes to the end of a string; returns where its text begins. */
  #passString(): number {
    const length = this.integer(7);
    if (length > this.#end - this.#at) this.fail();
    const start = this.#at;
    this.#at = Math.min(start + length, this.#end);
    return start;
  }

  #failedAt(): number {
    this.fail();
    return 0;
  }
}
