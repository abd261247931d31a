import type { Chunk } from '../tcp/stream.ts';

/** Is told the bytes of a body, transfer coding removed: `bytes[start, end)`, borrowed. */
export interface BodyVisitor {
  body(bytes: Buffer, start: number, end: number, time: number): void;
}

/** A body that is being read: what tells its end. */
export interface Body {
  /** All of it has come. */
  readonly isDone: boolean;
  /** Its framing made no sense: nobody knows where it ends. */
  readonly isBroken: boolean;
  /** It is whole if the stream ends here. */
  readonly endsWithStream: boolean;
  /** Reads on from `at`; returns where it stopped: the end of the chunk, or the first byte after the body, or the byte that broke it. */
  read(chunk: Chunk, at: number, visitor: BodyVisitor): number;
  /** Steps over `bytes` missing bytes; returns how many of them lay inside, `undefined` if that cannot be known. */
  skip(bytes: number): number | undefined;
}

/** A body of known length (RFC 9112, section 6.2). */
export class LengthBody implements Body {
  readonly isBroken = false;
  readonly endsWithStream = false;
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
    visitor.body(chunk.bytes, at, end, chunk.time);
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
  read(chunk, at, visitor) {
    visitor.body(chunk.bytes, at, chunk.end, chunk.time);
    return chunk.end;
  },
  skip: (bytes) => bytes,
};
