import type { Chunk } from '../../tcp/stream.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Passes over empty lines before a message (RFC 9112, section 2.2), also when they come in several chunks. */
export class EmptyLines {
  #afterReturn = false;

  /** A CR without its LF is no line. */
  get isBroken(): boolean {
    return this.#afterReturn;
  }

  /** Returns where something else begins, or the end of the chunk. */
  skip(chunk: Chunk, from: number): number {
    for (let at = from; at < chunk.end; at++) {
      const byte = chunk.bytes[at];
      if (byte === lineFeed) this.#afterReturn = false;
      else if (byte === carriageReturn && !this.#afterReturn) this.#afterReturn = true;
      else return at;
    }
    return chunk.end;
  }

  reset(): void {
    this.#afterReturn = false;
  }
}
