import { int32, uint8 } from '../../bytes/integers.ts';
import type { MessageStart } from '../../http/exchange-listener.ts';
import { Flag, type FrameHeader, FrameType, headerLength } from './frame-header.ts';
import type { FrameListener } from './frame-listener.ts';
import { prefixLength } from './frame-rules.ts';
import type { Gatherer } from './gatherer.ts';
import { HeldQueue, type Hold } from './held-queue.ts';

/** Whether a frame has a part of a header block. */
export function isOfHeaderBlock({ type }: FrameHeader): boolean {
  return type === FrameType.headers || type === FrameType.pushPromise || type === FrameType.continuation;
}

/** What a block has in its first frame. */
type Opening = {
  readonly stream: number;
  readonly promised: number | undefined;
  readonly endsStream: boolean;
  readonly first: MessageStart;
};

/** `lost`: it is passed over to its end. */
type State = 'none' | 'open' | 'lost';

/** Puts header blocks together (RFC 9113, section 4.3): nothing may stand between their frames. */
export class HeaderBlocks {
  readonly #listener: FrameListener;
  readonly #maxBytes: number;
  readonly #queue: HeldQueue;
  #state: State = 'none';
  #opening: Opening | undefined;
  #size = 0;

  constructor(listener: FrameListener, maxBytes: number, hold: Hold) {
    this.#listener = listener;
    this.#maxBytes = maxBytes;
    this.#queue = new HeldQueue(maxBytes, hold);
  }

  /** The next frame begins, of any type: one that does not continue the block in progress ends it. */
  begin({ type, stream }: FrameHeader, time: number): void {
    if (this.#state === 'none') return;
    const continues = type === FrameType.continuation;
    if (continues && (this.#state === 'lost' || stream === this.#opening?.stream)) return;
    if (this.#state === 'open') this.lose(0, time);
    if (!continues) this.#state = 'none';
  }

  /** Whether a frame of a header block belongs to one: a CONTINUATION only does where that has begun. */
  expects({ type }: FrameHeader): boolean {
    return type !== FrameType.continuation || this.#state === 'open';
  }

  /** A frame of the block, `bytes` on the wire, cannot be read: what comes of it is passed over. */
  lose(bytes: number, time: number): void {
    const isNew = this.#state !== 'lost';
    const size = this.#size + bytes;
    this.#close('lost');
    if (isNew) this.#listener.lost(size, time);
  }

  /** The payload of a wanted frame has come; `first` is borrowed. */
  read(header: FrameHeader, payload: Gatherer, frame: { readonly first: MessageStart; readonly time: number }): void {
    const fragment = fragmentOf(header, payload);
    this.#size += headerLength + header.length;
    if (fragment === undefined || this.#queue.length + (fragment.end - fragment.start) > this.#maxBytes) {
      return this.lose(0, frame.time);
    }
    this.#opening ??= {
      stream: header.stream,
      promised: fragment.promised,
      endsStream: (header.flags & Flag.endStream) !== 0 && header.type === FrameType.headers,
      first: { ...frame.first },
    };
    this.#state = 'open';
    const isEnd = (header.flags & Flag.endHeaders) !== 0;
    if (isEnd && this.#queue.length === 0) return this.#finish(this.#opening, fragment, frame.time);
    this.#queue.append(payload.bytes, fragment.start, fragment.end);
    if (!isEnd) return;
    this.#finish(this.#opening, { bytes: this.#queue.bytes, start: 0, end: this.#queue.length }, frame.time);
  }

  /** Lets go of everything. */
  close(): void {
    this.#close('none');
  }

  #finish(opening: Opening, { bytes, start, end }: Fragment, time: number): void {
    const { stream, promised, endsStream, first } = opening;
    this.#listener.headers({ stream, promised, bytes, start, end, endsStream, first, time, size: this.#size });
    this.#close('none');
  }

  #close(state: State): void {
    this.#queue.clear();
    this.#opening = undefined;
    this.#size = 0;
    this.#state = state;
  }
}

/** Part of a header block. */
type Fragment = { readonly bytes: Buffer; readonly start: number; readonly end: number };

/** The part of the block that a frame has, and what it promises; `undefined` if that makes no sense. */
export function fragmentOf(
  header: FrameHeader,
  { bytes, start, end }: Fragment,
): (Fragment & { readonly promised: number | undefined }) | undefined {
  if (header.type === FrameType.continuation) return { bytes, start, end, promised: undefined };
  const prefix = prefixLength(header);
  if (header.length < prefix) return undefined;
  const isPadded = (header.flags & Flag.padded) !== 0;
  const fragment = { bytes, start: start + prefix, end: end - (isPadded ? uint8(bytes, start) : 0) };
  if (fragment.start > fragment.end) return undefined;
  if (header.type === FrameType.headers) return { ...fragment, promised: undefined };
  const promised = int32(bytes, start + prefix - 4) & 0x7fffffff;
  // Servers promise, on streams of their own: even numbers (section 5.1.1).
  return promised > 0 && promised % 2 === 0 ? { ...fragment, promised } : undefined;
}
