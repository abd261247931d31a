/**
 * A MessagePack value from a server. Strings and binaries are both their bytes: Fluent Bit sends its random nonce as a
 * string, and bytes that are no UTF-8 would not survive as text.
 */
export type Message =
  | null
  | boolean
  | number
  | Buffer
  | readonly Message[]
  | { readonly [key: string]: Message | undefined };

/** Servers say little: a greeting, a verdict, and acknowledgements of some 40 bytes. */
const maxMessageBytes = 16 * 1024;
const maxDepth = 8;

/** Reads what a server says, in pieces of any size. */
export class MessageReader {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** A value begins that is not whole yet. */
  #isCut = false;
  #isMalformed = false;

  /** The messages that these bytes make whole; undefined when this is not MessagePack as a forward server writes it. */
  push(bytes: Buffer): readonly Message[] | undefined {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
    this.#at = 0;
    this.#isCut = false;
    const messages: Message[] = [];
    let done = 0;
    while (this.#at < this.#bytes.length) {
      const message = this.#value(0);
      if (this.#isMalformed) return undefined;
      if (this.#isCut) break;
      done = this.#at;
      messages.push(message);
    }
    this.#bytes = Buffer.from(this.#bytes.subarray(done));
    return this.#bytes.length > maxMessageBytes ? undefined : messages;
  }

  #value(depth: number): Message {
    const code = this.#number(1);
    if (this.#isCut || depth > maxDepth) return this.#malformed(!this.#isCut);
    if (code < 0x80) return code;
    if (code < 0x90) return this.#map(code & 0x0f, depth);
    if (code < 0xa0) return this.#array(code & 0x0f, depth);
    if (code < 0xc0) return this.#take(code & 0x1f);
    if (code >= 0xe0) return code - 0x100;
    return this.#coded(code, depth);
  }

  #coded(code: number, depth: number): Message {
    switch (code) {
      case 0xc0:
        return null;
      case 0xc2:
      case 0xc3:
        return code === 0xc3;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#take(this.#number(1 << (code - 0xc4)));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#number(1 << (code - 0xcc));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#take(this.#number(1 << (code - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#number(2 << (code - 0xdc)), depth);
      case 0xde:
      case 0xdf:
        return this.#map(this.#number(2 << (code - 0xde)), depth);
      default:
        return this.#malformed(true);
    }
  }

  #array(count: number, depth: number): readonly Message[] {
    const values: Message[] = [];
    while (values.length < count && !this.#isCut && !this.#isMalformed) values.push(this.#value(depth + 1));
    return values;
  }

  #map(count: number, depth: number): Message {
    const entries: [string, Message][] = [];
    while (entries.length < count && !this.#isCut && !this.#isMalformed) {
      const key = this.#value(depth + 1);
      entries.push([String(key), this.#value(depth + 1)]);
    }
    return Object.fromEntries(entries);
  }

  /** A whole number of 1, 2 or 4 bytes. */
  #number(size: number): number {
    const bytes = this.#take(size);
    return this.#isCut ? 0 : bytes.readUIntBE(0, size);
  }

  #take(size: number): Buffer {
    const end = this.#at + size;
    if (end > this.#bytes.length) this.#isCut = true;
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  #malformed(isMalformed: boolean): null {
    this.#isMalformed ||= isMalformed;
    return null;
  }
}
