import type { Readable } from 'node:stream';
import type { ByteSource } from './byte-source.ts';

/** Whatever else can be read, through a stream. */
export class StreamBytes implements ByteSource {
  readonly size = undefined;
  readonly isExpanded = false;
  position = 0;
  readonly #stream: Readable;
  #closed = false;
  #unread: Buffer | undefined;
  #wake = () => {};

  constructor(stream: Readable) {
    this.#stream = stream;
    for (const event of ['readable', 'end', 'error', 'close']) stream.on(event, () => this.#wake());
  }

  async read(buffer: Buffer, offset: number): Promise<number> {
    const stream = this.#stream;
    for (;;) {
      const available = Math.min(stream.readableLength, buffer.length - offset);
      const chunk: Buffer | null = this.#unread ?? (available > 0 ? stream.read(available) : stream.read());
      if (chunk) {
        this.#unread = undefined;
        chunk.copy(buffer, offset);
        this.position += chunk.length;
        return chunk.length;
      }
      if (stream.errored) throw stream.errored;
      if (this.#closed || stream.readableEnded || stream.destroyed) return 0;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  unread(bytes: Buffer): void {
    this.position -= bytes.length;
    this.#unread = bytes;
  }

  close(): void {
    this.#closed = true;
    this.#stream.destroy();
    this.#wake();
  }
}
