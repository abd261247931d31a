const initialBytes = 4 * 1024;
/** What a record of unusual size needed is given back. */
const maxKeptBytes = 1024 * 1024;

/**
 * Writes MessagePack (github.com/msgpack/msgpack, spec.md) for what records are made of: strings, numbers, booleans,
 * arrays and plain objects, whose absent (`undefined`) members are left out. Anything else becomes nil.
 */
export class MessagePackWriter {
  #bytes = Buffer.allocUnsafeSlow(initialBytes);
  #length = 0;

  /** Starts anew. */
  clear(): this {
    if (this.#bytes.length > maxKeptBytes) this.#bytes = Buffer.allocUnsafeSlow(initialBytes);
    this.#length = 0;
    return this;
  }

  /** What was written since the start. It is borrowed: what is written after the next start overwrites it. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  value(value: unknown): this {
    switch (typeof value) {
      case 'string':
        return this.string(value);
      case 'number':
        return this.number(value);
      case 'boolean':
        return this.#byte(value ? 0xc3 : 0xc2);
      case 'object':
        if (value === null) return this.#byte(0xc0);
        return Array.isArray(value) ? this.#array(value) : this.#map(value as { readonly [key: string]: unknown });
      default:
        return this.#byte(0xc0);
    }
  }

  string(text: string): this {
    // One UTF-16 unit takes at most three bytes.
    this.#reserve(5 + 3 * text.length);
    if (text.length < 32 && this.#shortAscii(text)) return this;
    const size = Buffer.byteLength(text);
    if (size < 32) this.#bytes[this.#length++] = 0xa0 | size;
    else this.#sized(0xd9, size);
    this.#length += this.#bytes.write(text, this.#length);
    return this;
  }

  number(value: number): this {
    this.#reserve(9);
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return this.#integer(value);
    this.#bytes[this.#length] = 0xcb;
    this.#length = this.#bytes.writeDoubleBE(value, this.#length + 1);
    return this;
  }

  arrayHead(count: number): this {
    return this.#head(0x90, 0xdc, count);
  }

  mapHead(count: number): this {
    return this.#head(0x80, 0xde, count);
  }

  /** Head of a `bin` of this many bytes, which follow. */
  binaryHead(size: number): this {
    this.#reserve(5);
    this.#sized(0xc4, size);
    return this;
  }

  /** An extension of type 0 and eight bytes, the time of the Forward protocol: both numbers are uint32. */
  eventTime(seconds: number, nanoseconds: number): this {
    this.#reserve(10);
    const bytes = this.#bytes;
    bytes[this.#length] = 0xd7;
    bytes[this.#length + 1] = 0x00;
    bytes.writeUInt32BE(seconds, this.#length + 2);
    this.#length = bytes.writeUInt32BE(nanoseconds, this.#length + 6);
    return this;
  }

  #array(values: readonly unknown[]): this {
    this.arrayHead(values.length);
    for (const value of values) this.value(value);
    return this;
  }

  #map(map: { readonly [key: string]: unknown }): this {
    const keys = Object.keys(map);
    let count = 0;
    for (const key of keys) if (map[key] !== undefined) count++;
    this.mapHead(count);
    for (const key of keys) {
      const value = map[key];
      if (value !== undefined) this.string(key).value(value);
    }
    return this;
  }

  /** Most strings of a record are short and ASCII: a loop is then faster than a call into the runtime. */
  #shortAscii(text: string): boolean {
    const bytes = this.#bytes;
    let at = this.#length + 1;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return false;
      bytes[at++] = code;
    }
    bytes[this.#length] = 0xa0 | text.length;
    this.#length = at;
    return true;
  }

  #integer(value: number): this {
    const bytes = this.#bytes;
    const at = this.#length;
    if (value >= -32 && value < 0x80) {
      bytes[at] = value & 0xff;
      this.#length = at + 1;
    } else if (value < 0 || value > 0xffff_ffff) {
      bytes[at] = value < 0 ? 0xd3 : 0xcf;
      this.#length = bytes.writeBigInt64BE(BigInt(value), at + 1);
    } else {
      this.#sized(0xcc, value);
    }
    return this;
  }

  #head(short: number, long: number, count: number): this {
    this.#reserve(5);
    if (count < 16) this.#bytes[this.#length++] = short | count;
    else this.#long(long, count);
    return this;
  }

  /** A code and a number of 8 bits; the next two codes have 16 and 32. */
  #sized(code: number, size: number): void {
    if (size > 0xff) {
      this.#long(code + 1, size);
    } else {
      this.#bytes[this.#length] = code;
      this.#length = this.#bytes.writeUInt8(size, this.#length + 1);
    }
  }

  /** A code and a number of 16 bits; the next code has 32. */
  #long(code: number, size: number): void {
    const isWide = size > 0xffff;
    this.#bytes[this.#length] = isWide ? code + 1 : code;
    this.#length = isWide
      ? this.#bytes.writeUInt32BE(size, this.#length + 1)
      : this.#bytes.writeUInt16BE(size, this.#length + 1);
  }

  #byte(byte: number): this {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
    return this;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
