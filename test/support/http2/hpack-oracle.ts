import type { HpackField } from '../../../src/http2/hpack/hpack-decoder.ts';
import { staticTable } from '../../../src/http2/hpack/static-table.ts';
import { naiveHuffmanText } from './naive-huffman.ts';

/**
 * A field, and the last block that one may begin with and still know what it is: that in which the entry was inserted
 * to which it refers, or an earlier one to which that one owes its name.
 */
export type TracedField = HpackField & { readonly knownSince: number };

/** A decoder of header blocks as plain as can be, which has seen all of them and throws where one is malformed. */
export class HpackOracle {
  /** The newest first. */
  readonly #table: TracedField[] = [];
  #capacity = 4096;
  #bytes: Buffer = Buffer.alloc(0);
  /** Number of the block that is read. */
  block = 0;

  get tableLength(): number {
    return this.#table.length;
  }

  limitTable(bytes: number): void {
    this.#capacity = Math.min(this.#capacity, bytes);
    this.#evict();
  }

  /** A block, or one field of it. */
  decode(bytes: Buffer): readonly TracedField[] {
    const fields: TracedField[] = [];
    this.#bytes = bytes;
    while (this.#bytes.length > 0) {
      const digits = (this.#bytes[0] as number).toString(2).padStart(8, '0');
      if (digits.startsWith('001')) this.#resize(this.#integer(5));
      else if (digits.startsWith('1')) fields.push(this.#entry(this.#integer(7)));
      else if (digits.startsWith('01')) {
        const field = this.#literal(6, false);
        fields.push(field);
        this.#table.unshift({ ...field, knownSince: Math.min(field.knownSince, this.block) });
        this.#evict();
      } else fields.push(this.#literal(4, digits.startsWith('0001')));
    }
    return fields;
  }

  #resize(capacity: number): void {
    this.#capacity = capacity;
    this.#evict();
  }

  #evict(): void {
    const size = () => this.#table.reduce((sum, { name, value }) => sum + name.length + value.length + 32, 0);
    while (size() > this.#capacity) this.#table.pop();
  }

  #literal(bits: number, isSensitive: boolean): TracedField {
    const index = this.#integer(bits);
    const { name, knownSince } =
      index === 0 ? { name: this.#string(), knownSince: Number.POSITIVE_INFINITY } : this.#entry(index);
    return { name, value: this.#string(), slot: 0, isSensitive, knownSince };
  }

  #entry(index: number): TracedField {
    const fixed = staticTable[index - 1];
    const entry = fixed === undefined ? this.#table[index - 62] : { ...fixed, knownSince: Number.POSITIVE_INFINITY };
    if (entry === undefined) throw new Error(`there is no entry ${index}`);
    return entry;
  }

  #integer(bits: number): number {
    const most = 2 ** bits - 1;
    let value = this.#byte() & most;
    if (value < most) return value;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#byte();
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  }

  #string(): string {
    const isHuffman = (this.#bytes[0] ?? 0) >= 128;
    const length = this.#integer(7);
    if (length > this.#bytes.length) throw new Error('a string ends after the block');
    const bytes = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    const text = isHuffman ? naiveHuffmanText(bytes) : bytes.toString('latin1');
    if (text === undefined) throw new Error('no text in Huffman code');
    return text;
  }

  #byte(): number {
    const [byte] = this.#bytes;
    if (byte === undefined) throw new Error('the block ends too early');
    this.#bytes = this.#bytes.subarray(1);
    return byte;
  }
}
