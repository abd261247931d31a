import { fieldOverhead, type HpackField, sizeOf, withSlot } from './hpack-field.ts';

/** Fewer places of entries that are gone are not worth moving the others for. */
const fewPlaces = 32;

/**
 * The fields that one side has inserted, as far as that was seen (RFC 7541, section 2.3.2). They count from the newest
 * one, so that those that were seen are found whatever was there before them. A field whose name is not known keeps its
 * place as `undefined`, and counts for the least that it may.
 */
export class DynamicTable {
  /** The oldest first; those before `#first` are gone. */
  #entries: (HpackField | undefined)[] = [];
  #first = 0;
  #size = 0;
  #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** How many entries there are. */
  get length(): number {
    return this.#entries.length - this.#first;
  }

  /** Names and values of all entries, and 32 for each. */
  get size(): number {
    return this.#size;
  }

  /** Most that `size` may be. */
  get capacity(): number {
    return this.#capacity;
  }

  /** The oldest entries go when there is less room for them. */
  resize(capacity: number): void {
    this.#capacity = capacity;
    this.#makeRoom(0);
  }

  /** By age: 0 is the newest. `undefined` also where nothing is known. */
  entry(age: number): HpackField | undefined {
    return age < this.length ? this.#entries[this.#entries.length - 1 - age] : undefined;
  }

  /** The same for a field that is sent again as a whole: who reads it need not do so twice. */
  repeated(age: number): HpackField | undefined {
    const field = this.entry(age);
    if (field === undefined || field.slot > 0) return field;
    const known = withSlot(field);
    this.#entries[this.#entries.length - 1 - age] = known;
    return known;
  }

  /** One that is larger than the table leaves it empty (RFC 7541, section 4.4). */
  insert(field: HpackField | undefined): void {
    const size = sizeOfEntry(field);
    this.#makeRoom(size);
    if (size > this.#capacity) return;
    this.#entries.push(field);
    this.#size += size;
  }

  clear(): void {
    this.#entries = [];
    this.#first = 0;
    this.#size = 0;
  }

  #makeRoom(size: number): void {
    while (this.length > 0 && this.#size + size > this.#capacity) {
      this.#size -= sizeOfEntry(this.#entries[this.#first]);
      this.#entries[this.#first++] = undefined;
    }
    if (this.#first > fewPlaces && this.#first > this.length) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }
}

function sizeOfEntry(field: HpackField | undefined): number {
  return field === undefined ? fieldOverhead : sizeOf(field);
}
