import { uint8 } from '../../bytes/integers.ts';
import type { Chunk } from '../../tcp/stream.ts';
import { Flag, type FrameHeader, headerLength } from './frame-header.ts';
import type { FrameListener } from './frame-listener.ts';

/** Reads the payload of one DATA frame after the other (RFC 9113, section 6.1), without copying. */
export class DataFrame {
  readonly #listener: FrameListener;
  #stream = 0;
  #endsStream = false;
  #length = 0;
  #isPadLengthDue = false;
  #content = 0;
  #padding = 0;
  /** It has more padding than payload: none of it is content. */
  #isBroken = false;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  begin({ length, flags, stream }: FrameHeader): void {
    this.#stream = stream;
    this.#endsStream = (flags & Flag.endStream) !== 0;
    this.#length = length;
    this.#isPadLengthDue = (flags & Flag.padded) !== 0 && length > 0;
    this.#content = length;
    this.#padding = 0;
    this.#isBroken = (flags & Flag.padded) !== 0 && length === 0;
  }

  /** How much of the payload is still to come. */
  get left(): number {
    return this.#content + this.#padding;
  }

  /** Reads on from `at`, where not all of it has come; returns where it stopped. */
  read(chunk: Chunk, at: number): number {
    if (this.#isPadLengthDue) {
      this.#pad(uint8(chunk.bytes, at));
      return at + 1;
    }
    const contentEnd = Math.min(chunk.end, at + this.#content);
    this.#content -= contentEnd - at;
    if (contentEnd > at) this.#listener.data({ stream: this.#stream, chunk, start: at, end: contentEnd });
    const end = Math.min(chunk.end, contentEnd + this.#padding);
    this.#padding -= end - contentEnd;
    return end;
  }

  /** `bytes` are missing; returns how many of them were part of the frame. */
  skip(bytes: number): number {
    const inside = Math.min(bytes, this.left);
    if (this.#isPadLengthDue) this.#loseContent();
    const content = Math.min(inside, this.#content);
    this.#content -= content;
    this.#padding -= inside - content;
    if (content > 0) this.#listener.dataMissing(this.#stream, content);
    return inside;
  }

  /** All of it has passed. */
  end(time: number): void {
    if (this.#isBroken) this.#listener.lost(headerLength + this.#length, time);
    else this.#listener.dataEnd(this.#stream, this.#endsStream, time);
  }

  #pad(padding: number): void {
    this.#isPadLengthDue = false;
    const payload = this.#length - 1;
    this.#isBroken = padding > payload;
    this.#padding = Math.min(padding, payload);
    this.#content = this.#isBroken ? 0 : payload - padding;
    if (this.#isBroken) this.#padding = payload;
  }

  /** Without the length of the padding nobody can tell content from padding. */
  #loseContent(): void {
    this.#isPadLengthDue = false;
    this.#content = 0;
    this.#padding = this.#length;
    if (this.#length > 1) this.#listener.dataMissing(this.#stream, this.#length - 1);
  }
}
