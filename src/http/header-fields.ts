import type { HeaderField } from './header-field.ts';

/** What a field costs beside its text, about. */
const fieldBytes = 64;
const noValues: readonly string[] = [];

/**
 * One of 32 bits, chosen by a lower-case name. Of names that are looked for in every message, none has the bit of one
 * that most messages have.
 */
export function nameBit(name: string): number {
  return 1 << (name.length * 3 + name.charCodeAt(0) * 7 + name.charCodeAt(name.length - 1) * 11);
}

/**
 * What fields came in. `textBytes`: how long the text is that they are cut from, and so keep in memory. `nameBits`:
 * those of all names. `undecoded`: how many there were besides.
 */
type Block = { readonly textBytes: number; readonly nameBits: number; readonly undecoded: number };

/** The header fields or trailers of one message, in order. */
export class HeaderFields {
  readonly fields: readonly HeaderField[];
  readonly #textBytes: number;
  /** The bits of all names: most fields that are asked for are not there. */
  readonly #nameBits: number;
  /** Fields that came and could not be read, because what they refer to was sent before the capture. */
  readonly undecoded: number;

  constructor(fields: readonly HeaderField[], { textBytes, nameBits, undecoded }: Block) {
    this.fields = fields;
    this.#textBytes = textBytes;
    this.#nameBits = nameBits;
    this.undecoded = undecoded;
  }

  /** About what it takes to keep them. */
  get heldBytes(): number {
    return this.#textBytes + this.fields.length * fieldBytes;
  }

  /** The first field with this lower-case name. */
  field(name: string): HeaderField | undefined {
    if ((this.#nameBits & nameBit(name)) === 0) return undefined;
    for (let index = 0; index < this.fields.length; index++) {
      const field = this.fields[index] as HeaderField;
      if (field.name === name) return field;
    }
    return undefined;
  }

  /** The value of the first field with this lower-case name. */
  get(name: string): string | undefined {
    return this.field(name)?.value;
  }

  /** The values of all fields with this lower-case name. */
  all(name: string): readonly string[] {
    if ((this.#nameBits & nameBit(name)) === 0) return noValues;
    let values: string[] | undefined;
    for (const field of this.fields) {
      if (field.name !== name) continue;
      if (values === undefined) values = [field.value];
      else values.push(field.value);
    }
    return values ?? noValues;
  }
}
