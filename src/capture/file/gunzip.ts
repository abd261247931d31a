import { createGunzip } from 'node:zlib';
import type { ByteSource } from './byte-source.ts';

/** So little that what it can expand to (a thousandfold) is bounded too. */
const inputLength = 32 * 1024;

/**
 * The expanded content of a gzip file. What comes before damage is still given out, except for at most zlib's last 16
 * KiB.
 */
export class GunzipBytes implements ByteSource {
  readonly isExpanded = true;
  readonly #source: ByteSource;
  readonly #gunzip = createGunzip();
  readonly #input = Buffer.alloc(inputLength);
  readonly #expanded: Buffer[] = [];
  #error: Error | undefined;
  #ended = false;
  #wake = () => {};

  constructor(source: ByteSource) {
    this.#source = source;
    this.#gunzip.on('data', (chunk: Buffer) => this.#expanded.push(chunk));
    this.#gunzip.on('error', (error) => {
      this.#error = error;
      this.#wake();
    });
    this.#gunzip.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  get position(): number {
    return this.#source.position;
  }

  get size(): number | undefined {
    return this.#source.size;
  }

  async read(buffer: Buffer, offset: number): Promise<number> {
    for (;;) {
      const chunk = this.#expanded.shift();
      if (chunk) {
        const copied = chunk.copy(buffer, offset);
        if (copied < chunk.length) this.#expanded.unshift(chunk.subarray(copied));
        return copied;
      }
      if (this.#error) throw this.#error;
      if (this.#ended) return 0;
      await this.#expandMore();
    }
  }

  unread(bytes: Buffer): void {
    this.#expanded.unshift(bytes);
  }

  close(): void {
    this.#source.close();
    this.#gunzip.destroy();
    this.#ended = true;
    this.#wake();
  }

  async #expandMore(): Promise<void> {
    const input = this.#input.subarray(0, await this.#source.read(this.#input, 0));
    // Closed meanwhile: what was destroyed tells no end.
    if (this.#ended) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (input.length === 0) this.#gunzip.end();
      else this.#gunzip.write(input, () => resolve());
    });
  }
}
