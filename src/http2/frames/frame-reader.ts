import type { Chunk } from '../../tcp/stream.ts';
import { controlLength, readControlFrame } from './control-frames.ts';
import { DataFrame } from './data-frame.ts';
import { FrameFinder } from './frame-finder.ts';
import { type FrameHeader, FrameType, headerLength, readFrameHeader } from './frame-header.ts';
import type { FrameListener } from './frame-listener.ts';
import { isPossible } from './frame-rules.ts';
import { FrameStart } from './frame-start.ts';
import { Gatherer } from './gatherer.ts';
import { HeaderBlocks, isOfHeaderBlock } from './header-blocks.ts';
import type { Hold } from './held-queue.ts';
import { preface } from './preface.ts';

/** `payload`: as far as it is read; `rest`: what is passed over; `seek`: it is not known where frames begin. */
type State = 'preface' | 'header' | 'data' | 'payload' | 'rest' | 'seek' | 'closed';

const noFrame: FrameHeader = { length: 0, type: FrameType.ping, flags: 0, stream: 0 };

/**
 * The frames of one direction of an HTTP/2 connection (RFC 9113, section 4). Content is never copied; all else is only
 * where it comes in several chunks. Odd bytes never throw: they end in `lost`.
 */
export class FrameReader {
  readonly #listener: FrameListener;
  readonly #maxBlockBytes: number;
  readonly #gatherer: Gatherer;
  readonly #blocks: HeaderBlocks;
  readonly #dataFrame: DataFrame;
  readonly #finder: FrameFinder;
  readonly #first = new FrameStart();
  #state: State;
  #frame = noFrame;
  /** Bytes of the payload behind what is read of it. */
  #rest = 0;

  /**
   * `expectsPreface`: the client's side from its start, which begins with the preface. Without `isAtFrame`, frames have
   * to be found first.
   */
  constructor(
    listener: FrameListener,
    options: {
      readonly expectsPreface: boolean;
      readonly isAtFrame: boolean;
      readonly maxBlockBytes: number;
      readonly hold: Hold;
    },
  ) {
    this.#listener = listener;
    this.#maxBlockBytes = options.maxBlockBytes;
    this.#gatherer = new Gatherer(options.maxBlockBytes, options.hold);
    this.#blocks = new HeaderBlocks(listener, options.maxBlockBytes, options.hold);
    this.#dataFrame = new DataFrame(listener);
    this.#finder = new FrameFinder(options.hold);
    this.#state = options.expectsPreface ? 'preface' : 'header';
    this.#gatherer.begin(options.expectsPreface ? preface.length : headerLength);
    if (!options.isAtFrame) this.#state = 'seek';
  }

  data(chunk: Chunk): void {
    for (let at = chunk.start; at < chunk.end; ) at = this.#step(chunk, at);
  }

  /** `bytes` bytes are missing at this place; `undefined`: it is not known how many. */
  gap(bytes: number | undefined, time: number): void {
    if (this.#state === 'closed' || bytes === 0) return;
    if (bytes === undefined) return this.#lose(bytes, time);
    const inside = this.#skip(bytes, time);
    if (bytes > inside) this.#lose(bytes - inside, time);
  }

  /** The sender has ended the stream. */
  end(time: number): void {
    if (this.#state === 'seek' && this.#finder.passed > 0) this.#listener.lost(this.#finder.passed, time);
    this.close();
  }

  /** Gives back what is held: nothing is heard any more. */
  close(): void {
    this.#release();
    this.#state = 'closed';
  }

  #step(chunk: Chunk, at: number): number {
    switch (this.#state) {
      case 'preface':
        return this.#readPreface(chunk, at);
      case 'header':
        return this.#readHeader(chunk, at);
      case 'data':
        return this.#readData(chunk, at);
      case 'payload':
        return this.#readPayload(chunk, at);
      case 'rest':
        return this.#passRest(chunk, at);
      case 'seek':
        return this.#seek(chunk, at);
      case 'closed':
        return chunk.end;
    }
  }

  #readPreface(chunk: Chunk, at: number): number {
    const next = this.#gatherer.read(chunk, at);
    if (!this.#gatherer.isWhole) return next;
    const { bytes, start, end } = this.#gatherer;
    if (bytes.toString('latin1', start, end) === preface) this.#endFrame();
    else this.#lose(preface.length, chunk.lastTime);
    return next;
  }

  #readHeader(chunk: Chunk, at: number): number {
    if (this.#gatherer.missing === headerLength) this.#first.startAt(chunk, at);
    const next = this.#gatherer.read(chunk, at);
    if (!this.#gatherer.isWhole) return next;
    this.#frame = readFrameHeader(this.#gatherer.bytes, this.#gatherer.start);
    if (isPossible(this.#frame)) this.#begin(this.#frame, chunk.lastTime);
    else this.#lose(headerLength, chunk.lastTime);
    return next;
  }

  #begin(frame: FrameHeader, time: number): void {
    this.#blocks.begin(frame, time);
    if (frame.type === FrameType.data) {
      this.#dataFrame.begin(frame);
      this.#gatherer.begin(0);
      this.#state = 'data';
      if (this.#dataFrame.left === 0) this.#endData(time);
      return;
    }
    const isBlock = isOfHeaderBlock(frame);
    const length = isBlock ? frame.length : controlLength(frame);
    if (length > this.#maxBlockBytes || (isBlock && !this.#blocks.expects(frame))) return this.#passOver(time);
    this.#state = 'payload';
    this.#rest = frame.length - length;
    this.#gatherer.begin(length);
    if (length === 0) this.#endPayload(time);
  }

  #readData(chunk: Chunk, at: number): number {
    const next = this.#dataFrame.read(chunk, at);
    if (this.#dataFrame.left === 0) this.#endData(chunk.lastTime);
    return next;
  }

  #readPayload(chunk: Chunk, at: number): number {
    const next = this.#gatherer.read(chunk, at);
    if (this.#gatherer.isWhole) this.#endPayload(chunk.lastTime);
    return next;
  }

  #passRest(chunk: Chunk, at: number): number {
    const next = Math.min(chunk.end, at + this.#rest);
    this.#leave(this.#rest - (next - at));
    return next;
  }

  #seek(chunk: Chunk, at: number): number {
    const next = this.#finder.read(chunk, at);
    if (!this.#finder.isFound) return next;
    if (this.#finder.passed > 0) this.#listener.lost(this.#finder.passed, this.#finder.passedTime);
    this.#endFrame();
    for (const found of this.#finder.frames) this.data(found);
    this.#finder.clear();
    return next;
  }

  /** Steps over missing bytes, as far as it is known what they were part of; returns how many that are. */
  #skip(bytes: number, time: number): number {
    if (this.#state === 'data') {
      const inside = this.#dataFrame.skip(bytes);
      if (this.#dataFrame.left === 0) this.#endData(time);
      return inside;
    }
    const left = this.#gatherer.missing + this.#rest;
    if (this.#state === 'payload' && bytes <= left) {
      this.#passOver(time);
      this.#leave(left - bytes);
      return bytes;
    }
    if (this.#state !== 'rest' || bytes > this.#rest) return 0;
    this.#leave(this.#rest - bytes);
    return bytes;
  }

  #endData(time: number): void {
    this.#endFrame();
    this.#dataFrame.end(time);
  }

  #endPayload(time: number): void {
    const frame = this.#frame;
    if (isOfHeaderBlock(frame)) this.#blocks.read(frame, this.#gatherer, { first: this.#first, time });
    else readControlFrame(frame, this.#gatherer, { listener: this.#listener, time });
    this.#leave(this.#rest);
  }

  /** The frame cannot be read: what it says is lost, but not where it ends. */
  #passOver(time: number): void {
    const size = headerLength + this.#frame.length;
    if (isOfHeaderBlock(this.#frame)) this.#blocks.lose(size, time);
    else this.#listener.lost(size, time);
    this.#leave(this.#frame.length);
  }

  /** Of the frame, nothing is of use any more but where it ends, `rest` bytes from here. */
  #leave(rest: number): void {
    this.#rest = rest;
    this.#gatherer.begin(0);
    this.#state = 'rest';
    if (rest === 0) this.#endFrame();
  }

  #endFrame(): void {
    this.#gatherer.begin(headerLength);
    this.#state = 'header';
  }

  #lose(bytes: number | undefined, time: number): void {
    const passed = this.#state === 'seek' ? this.#finder.passed : 0;
    this.#release();
    this.#state = 'seek';
    this.#listener.lost(bytes === undefined ? undefined : bytes + passed, time);
  }

  #release(): void {
    this.#gatherer.begin(0);
    this.#blocks.close();
    this.#finder.clear();
  }
}
