import type { BodyReader } from './body-reader.ts';

const padding = 0x3d;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const notInAlphabet = 0xff;

/**
 * A body in base64, for a reader of what is in it. A sender may encode each piece of it alone, so that there is padding
 * in its middle. Bytes that are not of base64 are passed over.
 */
export class Base64Reader implements BodyReader {
  readonly #inner: BodyReader;
  readonly #values = valuesOf(alphabet);
  #bits = 0;
  #count = 0;

  constructor(inner: BodyReader) {
    this.#inner = inner;
  }

  get heldBytes(): number {
    return this.#inner.heldBytes;
  }

  read(bytes: Buffer, start: number, end: number): void {
    const decoded = Buffer.allocUnsafe(Math.ceil(((end - start + 4) * 3) / 4));
    let length = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      const value = this.#values[byte] as number;
      if (byte === padding) this.#count = 0;
      if (value === notInAlphabet) continue;
      this.#bits = ((this.#bits << 6) | value) & 0xfff;
      this.#count += 6;
      if (this.#count < 8) continue;
      this.#count -= 8;
      decoded[length++] = this.#bits >> this.#count;
    }
    this.#inner.read(decoded, 0, length);
  }

  /** Where the next character belongs is not known any more. */
  missing(): void {
    this.#inner.lost();
  }

  lost(): void {
    this.#inner.lost();
  }
}

function valuesOf(characters: string): Uint8Array {
  const values = new Uint8Array(256).fill(notInAlphabet);
  for (const [value, character] of [...characters].entries()) values[character.charCodeAt(0)] = value;
  return values;
}
