import { ByteQueue } from '../../bytes/byte-queue.ts';
import type { Chunk } from '../../tcp/stream.ts';
import type { Body, BodyVisitor } from './body.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const semicolon = 0x3b;
const space = 0x20;
const tab = 0x09;
/** Thirteen hexadecimal digits are the most that a double holds exactly; leading zeros are skipped. */
const maxSizeDigits = 13;
/** What stands around the data of one chunk (its extensions, or the trailers) may be this long. */
const maxOverhead = 64 * 1024;

type State = 'size' | 'extension' | 'data' | 'data-end' | 'trailer-start' | 'trailer' | 'done' | 'broken';

/**
 * Reads the chunked transfer coding (RFC 9112, section 7.1) without copying; accepts a bare LF and white space around
 * the size.
 */
export class ChunkedBody implements Body {
  readonly endsWithStream = false;
  #state: State = 'size';
  #remaining = 0;
  #hasSize = false;
  #digits = 0;
  #overhead = 0;
  #trailers: ByteQueue | undefined;

  get isDone(): boolean {
    return this.#state === 'done';
  }

  get isBroken(): boolean {
    return this.#state === 'broken';
  }

  get heldBytes(): number {
    return this.#trailers?.heldBytes ?? 0;
  }

  read(chunk: Chunk, start: number, visitor: BodyVisitor): number {
    const { bytes, end } = chunk;
    let at = start;
    while (at < end && this.#state !== 'done' && this.#state !== 'broken') {
      if (this.#state === 'data') {
        const take = Math.min(this.#remaining, end - at);
        visitor.body(chunk, at, at + take);
        at += take;
        this.#advance(take);
      } else if (this.#state === 'trailer') {
        at = this.#keepLine(chunk, at, visitor);
      } else {
        at += this.#structure(bytes[at] as number);
      }
    }
    if (this.#state === 'done' && this.#trailers !== undefined) this.#handOver(this.#trailers, visitor);
    return at;
  }

  /** Only inside of one chunk's data it is known where a loss ends. */
  skip(bytes: number): number | undefined {
    if (this.#state !== 'data' || bytes > this.#remaining) return undefined;
    this.#advance(bytes);
    return bytes;
  }

  #advance(bytes: number): void {
    this.#remaining -= bytes;
    if (this.#remaining === 0) this.#state = 'data-end';
  }

  /** Takes the rest of a trailer line, as far as it has come; returns where it stopped. */
  #keepLine({ bytes, end }: Chunk, at: number, visitor: BodyVisitor): number {
    const most = Math.min(end, at + maxOverhead - this.#overhead);
    const lineEnd = bytes.subarray(at, most).indexOf(lineFeed);
    const next = lineEnd < 0 ? most : at + lineEnd + 1;
    this.#overhead += next - at;
    this.#trailers ??= new ByteQueue(maxOverhead);
    const held = this.#trailers.heldBytes;
    this.#trailers.append(bytes, at, next);
    visitor.hold(this.#trailers.heldBytes - held);
    if (lineEnd >= 0) this.#state = 'trailer-start';
    else if (next < end) this.#state = 'broken';
    return next;
  }

  #handOver(trailers: ByteQueue, visitor: BodyVisitor): void {
    this.#trailers = undefined;
    visitor.hold(-trailers.heldBytes);
    visitor.trailers(trailers.bytes.subarray(0, trailers.length));
  }

  /** Takes one byte of what stands around the data; returns 0 if that byte broke it, or begins a trailer. */
  #structure(byte: number): 0 | 1 {
    this.#state = this.#after(byte);
    if (this.#state === 'trailer') this.#overhead--;
    return this.#state === 'broken' || this.#state === 'trailer' ? 0 : 1;
  }

  #after(byte: number): State {
    if (++this.#overhead > maxOverhead) return 'broken';
    switch (this.#state) {
      case 'size':
        return this.#size(byte);
      case 'extension':
        return byte === lineFeed ? this.#sizeEnd() : 'extension';
      case 'data-end':
        if (byte === lineFeed) return this.#nextChunk();
        return byte === carriageReturn ? 'data-end' : 'broken';
      default:
        if (byte === lineFeed) return 'done';
        return byte === carriageReturn ? 'trailer-start' : 'trailer';
    }
  }

  #size(byte: number): State {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#hasSize = true;
      if (this.#digits > 0 || digit > 0) this.#digits++;
      this.#remaining = this.#remaining * 16 + digit;
      return this.#digits > maxSizeDigits ? 'broken' : 'size';
    }
    if (!this.#hasSize) return 'broken';
    if (byte === lineFeed) return this.#sizeEnd();
    return byte === semicolon || byte === carriageReturn || byte === space || byte === tab ? 'extension' : 'broken';
  }

  #sizeEnd(): State {
    return this.#remaining === 0 ? 'trailer-start' : 'data';
  }

  #nextChunk(): State {
    this.#hasSize = false;
    this.#digits = 0;
    this.#overhead = 0;
    return 'size';
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
