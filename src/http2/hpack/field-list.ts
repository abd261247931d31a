import { type HpackField, sizeOf } from './hpack-field.ts';

/** The fields of a block, as many as fit: one byte of a block may stand for a field of thousands. */
export class FieldList {
  readonly fields: HpackField[] = [];
  #room: number;
  #undecoded = 0;
  #dropped = 0;

  constructor(maxBytes: number) {
    this.#room = maxBytes;
  }

  /** Fields of which nobody knows what they are. */
  get undecoded(): number {
    return this.#undecoded;
  }

  /** Fields for which there was no room. */
  get dropped(): number {
    return this.#dropped;
  }

  get isEmpty(): boolean {
    return this.fields.length + this.#undecoded + this.#dropped === 0;
  }

  /** The next field, `undefined` if it is not known. */
  add(field: HpackField | undefined): void {
    if (field === undefined) {
      this.#undecoded++;
      return;
    }
    const size = sizeOf(field);
    if (size > this.#room) {
      this.#dropped++;
      return;
    }
    this.#room -= size;
    this.fields.push(field);
  }
}
