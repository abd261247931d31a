export type ByteOrder = 'little' | 'big';

/** Writes numbers in one byte order into a buffer that grows. */
export class ByteWriter {
  #bytes = Buffer.alloc(4096);
  #length = 0;
  readonly #little: boolean;

  constructor(byteOrder: ByteOrder) {
    this.#little = byteOrder === 'little';
  }

  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    const at = this.#advance(1);
    this.#bytes[at] = value;
    return this;
  }

  u16(value: number): this {
    const at = this.#advance(2);
    if (this.#little) this.#bytes.writeUInt16LE(value, at);
    else this.#bytes.writeUInt16BE(value, at);
    return this;
  }

  u32(value: number): this {
    this.putU32(this.#advance(4), value);
    return this;
  }

  i64(value: bigint): this {
    const at = this.#advance(8);
    if (this.#little) this.#bytes.writeBigInt64LE(value, at);
    else this.#bytes.writeBigInt64BE(value, at);
    return this;
  }

  bytes(value: Uint8Array): this {
    const at = this.#advance(value.length);
    this.#bytes.set(value, at);
    return this;
  }

  /** Zeros up to the next whole word, counted from the beginning. */
  pad(): this {
    const at = this.#advance((4 - (this.#length % 4)) % 4);
    this.#bytes.fill(0, at, this.#length);
    return this;
  }

  /** Overwrites what was written at `offset`. */
  putU32(offset: number, value: number): void {
    if (this.#little) this.#bytes.writeUInt32LE(value, offset);
    else this.#bytes.writeUInt32BE(value, offset);
  }

  written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #advance(size: number): number {
    const at = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
    }
    return at;
  }
}
