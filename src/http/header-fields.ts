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

/** The header fields or trailers of one message, in order. */
export class HeaderFields {
  readonly fields: readonly HeaderField[];
  readonly #textBytes: number;
  /** The bits of all names: most fields that are asked for are not there. */
  readonly #nameBits: number;

  /**
   * `textBytes`: how long the text is that the fields are cut from, and so keep in memory. `nameBits`: those of all
   * names.
   */
  constructor(fields: readonly HeaderField[], textBytes: number, nameBits: number) {
    this.fields = fields;
    this.#textBytes = textBytes;
    this.#nameBits = nameBits;
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
