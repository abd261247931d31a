import type { DataPiece, FrameListener, HeaderBlockFrame } from '../../../src/http2/frames/frame-listener.ts';
import { FrameReader } from '../../../src/http2/frames/frame-reader.ts';
import type { Chunk } from '../../../src/tcp/stream.ts';

export type ReaderOptions = {
  readonly expectsPreface?: boolean;
  readonly isAtFrame?: boolean;
  readonly maxBlockBytes?: number;
};

/** What a reader is fed with: bytes, or a loss of a number of them (`undefined`: it is not known). */
export type FrameInput = Buffer | { readonly gap: number | undefined };

/** A reader and what it tells, as lines of text; content that follows each other is one line. */
export class FrameLog implements FrameListener {
  readonly events: string[] = [];
  readonly blocks: HeaderBlockFrame[] = [];
  readonly reader: FrameReader;
  heldBytes = 0;
  maxHeldBytes = 0;
  /** Bytes of `lost`; those of an unknown number do not count. */
  lostBytes = 0;
  readonly #isQuiet: boolean;
  #time = 0;
  #sequence = 1000;

  /** `isQuiet`: counts what is heard, and keeps none of it. */
  constructor(options: ReaderOptions = {}, isQuiet = false) {
    this.#isQuiet = isQuiet;
    this.reader = new FrameReader(this, {
      expectsPreface: options.expectsPreface ?? false,
      isAtFrame: options.isAtFrame ?? true,
      maxBlockBytes: options.maxBlockBytes ?? 64 * 1024,
      hold: (bytes) => {
        this.heldBytes += bytes;
        this.maxHeldBytes = Math.max(this.maxHeldBytes, this.heldBytes);
      },
    });
  }

  /** Each input is one microsecond after the one before; the acknowledgment says the same. */
  feed(...inputs: readonly FrameInput[]): this {
    for (const input of inputs) {
      this.#time++;
      if (!Buffer.isBuffer(input)) {
        this.#sequence += input.gap ?? 0;
        this.reader.gap(input.gap, this.#time);
        continue;
      }
      // Bytes are borrowed: what is kept of them must be a copy.
      const bytes = Buffer.concat([Buffer.alloc(3, 0xaa), input, Buffer.alloc(3, 0xaa)]);
      this.reader.data(this.#chunk(bytes, 3, 3 + input.length));
      bytes.fill(0xbb);
      this.#sequence += input.length;
    }
    return this;
  }

  end(): this {
    this.reader.end(++this.#time);
    this.reader.close();
    return this;
  }

  headers(block: HeaderBlockFrame): void {
    const { stream, promised, bytes, start, end, endsStream } = block;
    const promise = promised === undefined ? '' : ` promises ${promised}`;
    this.#note(`headers ${stream}${promise} ${bytes.toString('latin1', start, end)}${endsStream ? ' ends' : ''}`);
    if (!this.#isQuiet) this.blocks.push({ ...block, first: { ...block.first } });
  }

  data({ stream, chunk, start, end }: DataPiece): void {
    const text = chunk.bytes.toString('latin1', start, end);
    const last = this.events.at(-1);
    if (last?.startsWith(`data ${stream} `)) this.events[this.events.length - 1] = last + text;
    else this.#note(`data ${stream} ${text}`);
  }

  dataMissing(stream: number, bytes: number): void {
    this.#note(`missing ${stream} ${bytes}`);
  }

  dataEnd(stream: number, endsStream: boolean): void {
    this.#note(`data end ${stream}${endsStream ? ' ends' : ''}`);
  }

  reset(stream: number, error: number): void {
    this.#note(`reset ${stream} ${error}`);
  }

  goaway(lastStream: number, error: number): void {
    this.#note(`goaway ${lastStream} ${error}`);
  }

  settings(values: readonly (readonly [id: number, value: number])[], isAck: boolean): void {
    this.#note(`settings ${JSON.stringify(values)}${isAck ? ' ack' : ''}`);
  }

  lost(bytes: number | undefined): void {
    this.lostBytes += bytes ?? 0;
    this.#note(`lost ${bytes}`);
  }

  #note(event: string): void {
    if (!this.#isQuiet) this.events.push(event);
  }

  #chunk(bytes: Buffer, start: number, end: number): Chunk {
    const time = this.#time;
    return { bytes, start, end, time, lastTime: time, sequence: this.#sequence, acknowledgment: time };
  }
}

/** What is heard of bytes that come in these parts, and then end. */
export function heardOf(options: ReaderOptions, ...inputs: readonly FrameInput[]): readonly string[] {
  return new FrameLog(options).feed(...inputs).end().events;
}
