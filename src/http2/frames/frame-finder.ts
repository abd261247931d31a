import { uint8 } from '../../bytes/integers.ts';
import type { Chunk } from '../../tcp/stream.ts';
import { type FrameChain, nextChain } from './frame-chain.ts';
import { headerLength, readFrameHeader } from './frame-header.ts';
import { HeldQueue, type Hold } from './held-queue.ts';
import { KeptChunks } from './kept-chunks.ts';

/** What is kept while nothing is found; of more, the older half is given up. */
const maxKept = 64 * 1024;
/** As much is looked at in one go: what is found early leaves little that was copied for nothing. */
const stride = 512;
/** Frames in a row that are taken for what they look like. */
const enough = 3;
/** Fewer will do where the last of them ends exactly where the bytes do: a sender stops behind a frame. */
const enoughAtEnd = 2;
/** Bytes that look like frames all over are not followed any further. */
const maxChains = 256;
/** What a chain costs, about. */
const chainBytes = 120;

/** Places among the bytes of a search: from where on frames were found, and how far they were looked at. */
type Found = { readonly start: number; readonly end: number };

/**
 * Finds frames again after a loss: where several headers in a row are plausible. Each place is looked at once, whatever
 * the bytes are, since a chain waits for the place of its next header.
 */
export class FrameFinder {
  readonly #hold: Hold;
  readonly #queue: HeldQueue;
  readonly #chunks = new KeptChunks();
  /** By the place where the next header is due. */
  readonly #chains = new Map<number, FrameChain>();
  #heldBytes = 0;
  /** The place of the first byte that is kept, and the next one that is looked at. */
  #base = 0;
  #next = 0;
  /** When the last byte came that is not kept any more. */
  #droppedTime = 0;
  #found: Found | undefined;

  constructor(hold: Hold) {
    this.#hold = hold;
    this.#queue = new HeldQueue(maxKept, hold);
  }

  get isFound(): boolean {
    return this.#found !== undefined;
  }

  /** Bytes of this search before the frames that were found; all of them, if none were. */
  get passed(): number {
    return this.#found?.start ?? this.#end;
  }

  /** When the last one of them came. */
  get passedTime(): number {
    return this.passed > this.#base ? this.#chunks.timeBefore(this.passed) : this.#droppedTime;
  }

  /** The bytes of frames that were found and are behind already; valid until the next call. */
  get frames(): readonly Chunk[] {
    if (this.#found === undefined) return [];
    const { start, end } = this.#found;
    return this.#chunks.between({ bytes: this.#queue.bytes, base: this.#base }, start, end);
  }

  /** Looks on, from `from` on; returns where it stopped, behind a header if frames were found. */
  read(chunk: Chunk, from: number): number {
    const chunkPlace = from === chunk.start ? this.#end : undefined;
    let at = from;
    while (at < chunk.end && this.#found === undefined) {
      const place = this.#end;
      const next = Math.min(chunk.end, at + stride);
      this.#keep(chunk, at, next);
      this.#look();
      at = this.#found === undefined ? next : at + (this.#next - 1 + headerLength - place);
    }
    if (this.#found === undefined) this.#lookAtEnd(chunkPlace);
    this.#account();
    return at;
  }

  /** Forgets all that came. */
  clear(): void {
    this.#queue.clear();
    this.#chunks.clear();
    this.#chains.clear();
    this.#account();
    this.#base = 0;
    this.#next = 0;
    this.#found = undefined;
  }

  get #end(): number {
    return this.#base + this.#queue.length;
  }

  #keep(chunk: Chunk, at: number, next: number): void {
    if (this.#chains.size === 0 && this.#next - this.#base >= stride) this.#drop(this.#next);
    else if (this.#queue.length + (next - at) > maxKept) this.#drop(this.#base + maxKept / 2);
    this.#chunks.add(chunk, at, this.#end);
    this.#queue.append(chunk.bytes, at, next);
  }

  /** A chain that loses its first frames is still one, from its next header on. */
  #drop(place: number): void {
    if (place > this.#base) this.#droppedTime = this.#chunks.timeBefore(place);
    this.#queue.drop(place - this.#base);
    this.#chunks.drop(place);
    this.#base = place;
    for (const [due, chain] of this.#chains) {
      if (chain.start < place) this.#chains.set(due, { ...chain, start: due });
    }
  }

  /** At each place where a whole header could be. */
  #look(): void {
    const { bytes } = this.#queue;
    const last = this.#end - headerLength;
    while (this.#next <= last && this.#found === undefined) {
      const place = this.#next++;
      const at = place - this.#base;
      if (mayBeHeader(bytes, at)) this.#follow(bytes, at);
      if (this.#chains.size > 0) this.#chains.delete(place);
    }
  }

  #follow(bytes: Buffer, at: number): void {
    const place = this.#base + at;
    const header = readFrameHeader(bytes, at);
    const chain = nextChain(this.#chains.get(place), header, place);
    if (chain === undefined) return;
    if (chain.count >= enough) this.#found = { start: chain.start, end: place + headerLength };
    const due = place + headerLength + header.length;
    const other = this.#chains.get(due);
    // Two readings of the same bytes that agree from here on: which of them was sent cannot be known.
    if (other !== undefined) this.#chains.set(due, { ...chain, start: due, count: Math.max(chain.count, other.count) });
    else if (this.#chains.size < maxChains) this.#chains.set(due, chain);
  }

  /** All bytes so far: whether frames fill the last chunk, or several end with it. */
  #lookAtEnd(chunkPlace: number | undefined): void {
    const chain = this.#chains.get(this.#end);
    if (chain === undefined || (chain.count < enoughAtEnd && chain.start !== chunkPlace)) return;
    this.#found = { start: chain.start, end: this.#end };
  }

  #account(): void {
    const held = this.#chains.size * chainBytes + this.#chunks.heldBytes;
    if (held !== this.#heldBytes) this.#hold(held - this.#heldBytes);
    this.#heldBytes = held;
  }
}

/** Most places are none, which is seen without reading a header. */
function mayBeHeader(bytes: Buffer, at: number): boolean {
  return uint8(bytes, at) <= 0x40 && uint8(bytes, at + 3) <= 9 && uint8(bytes, at + 5) <= 0x7f;
}
