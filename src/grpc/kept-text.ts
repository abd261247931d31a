import { ByteQueue } from '../bytes/byte-queue.ts';
import type { BodyReader } from './body-reader.ts';

/** A short text that has to be read as a whole: of a longer one, or of one with a hole, nothing is known. */
export class KeptText implements BodyReader {
  readonly #most: number;
  #bytes: ByteQueue | undefined;
  #isWhole = true;

  constructor(most: number) {
    this.#most = most;
  }

  read(bytes: Buffer, start: number, end: number): void {
    if (!this.#isWhole) return;
    this.#bytes ??= new ByteQueue(this.#most);
    if (this.#bytes.length + end - start > this.#most) this.missing();
    else this.#bytes.append(bytes, start, end);
  }

  missing(): void {
    this.#isWhole = false;
    this.#bytes = undefined;
  }

  lost(): void {
    this.missing();
  }

  get heldBytes(): number {
    return this.#bytes?.heldBytes ?? 0;
  }

  /** One character for each byte. */
  get text(): string | undefined {
    if (!this.#isWhole) return undefined;
    return this.#bytes?.bytes.toString('latin1', 0, this.#bytes.length) ?? '';
  }
}
