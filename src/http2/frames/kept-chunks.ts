import type { Chunk } from '../../tcp/stream.ts';

/** Of more chunks, the last ones are taken for one. */
const maxChunks = 64;
/** What one costs, about. */
const chunkBytes = 100;

/** What is known of a chunk besides its bytes, which are kept elsewhere. */
type KeptChunk = Omit<Chunk, 'bytes' | 'start' | 'end'> & { readonly place: number };

/** Bytes that are kept in one buffer; `base` is the place of its first one. */
export type KeptBytes = { readonly bytes: Buffer; readonly base: number };

/** When and in which segments bytes came that are kept in a row; each has a place in it. */
export class KeptChunks {
  #chunks: KeptChunk[] = [];

  get heldBytes(): number {
    return this.#chunks.length * chunkBytes;
  }

  /** The byte of `chunk` at `at` is kept at `place`, with those behind it. */
  add(chunk: Chunk, at: number, place: number): void {
    const { time, lastTime, acknowledgment } = chunk;
    const last = this.#chunks.at(-1);
    const isSame = last?.time === time && last.lastTime === lastTime && last.acknowledgment === acknowledgment;
    if (isSame) return;
    if (last !== undefined && this.#chunks.length === maxChunks) {
      this.#chunks[maxChunks - 1] = { ...last, lastTime };
      return;
    }
    const sequence = (chunk.sequence + (at - chunk.start)) | 0;
    this.#chunks.push({ time, lastTime, sequence, acknowledgment, place });
  }

  /** When the byte before `place` came, which is kept. */
  timeBefore(place: number): number {
    return this.#chunks.findLast((chunk) => chunk.place < place)?.lastTime ?? 0;
  }

  /** What is before `place` is not kept any more. */
  drop(place: number): void {
    const first = this.#chunks.findLastIndex((chunk) => chunk.place <= place);
    if (first > 0) this.#chunks = this.#chunks.slice(first);
  }

  clear(): void {
    this.#chunks = [];
  }

  /** The chunks again, from one place to another. */
  between({ bytes, base }: KeptBytes, from: number, to: number): readonly Chunk[] {
    return this.#chunks.flatMap((chunk, index) => {
      const { place, time, lastTime, acknowledgment } = chunk;
      const start = Math.max(place, from);
      const end = Math.min(this.#chunks[index + 1]?.place ?? to, to);
      if (start >= end) return [];
      const sequence = (chunk.sequence + (start - place)) | 0;
      return [{ bytes, start: start - base, end: end - base, time, lastTime, sequence, acknowledgment }];
    });
  }
}
