import type { Chunk } from '../../tcp/stream.ts';

/** Is told what a body holds. */
export interface BodyVisitor {
  /** `chunk.bytes[start, end)` are body, transfer coding removed; borrowed. */
  body(chunk: Chunk, start: number, end: number): void;
  /** All lines behind the body, as they were sent; borrowed. */
  trailers(bytes: Buffer): void;
  /** Bytes are kept (or let go of, when negative) until the trailers are whole. */
  hold(bytes: number): void;
}

/** A body that is being read: what tells its end. */
export interface Body {
  /** All of it has come. */
  readonly isDone: boolean;
  /** Its framing made no sense: nobody knows where it ends. */
  readonly isBroken: boolean;
  /** It is whole if the stream ends here. */
  readonly endsWithStream: boolean;
  /**
   * Reads on from `at`; returns where it stopped: the end of the chunk, or the first byte after the body, or the byte
   * that broke it.
   */
  read(chunk: Chunk, at: number, visitor: BodyVisitor): number;
  /** Steps over `bytes` missing bytes; returns how many of them lay inside, `undefined` if that cannot be known. */
  skip(bytes: number): number | undefined;
  /** How many bytes are kept; they are given back when the body is not read to its end. */
  readonly heldBytes: number;
}

/** A body of known length (RFC 9112, section 6.2). */
export class LengthBody implements Body {
  readonly isBroken = false;
  readonly endsWithStream = false;
  readonly heldBytes = 0;
  #remaining: number;

  constructor(bytes: number) {
    this.#remaining = bytes;
  }

  get isDone(): boolean {
    return this.#remaining === 0;
  }

  read(chunk: Chunk, at: number, visitor: BodyVisitor): number {
    const end = Math.min(chunk.end, at + this.#remaining);
    this.#remaining -= end - at;
    visitor.body(chunk, at, end);
    return end;
  }

  skip(bytes: number): number {
    const inside = Math.min(bytes, this.#remaining);
    this.#remaining -= inside;
    return inside;
  }
}

/** All that comes until the sender closes. */
export const untilCloseBody: Body = {
  isDone: false,
  isBroken: false,
  endsWithStream: true,
  heldBytes: 0,
  read(chunk, at, visitor) {
    visitor.body(chunk, at, chunk.end);
    return chunk.end;
  },
  skip: (bytes) => bytes,
};
