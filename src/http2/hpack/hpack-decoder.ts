import { BlockReader } from './block-reader.ts';
import { DynamicTable } from './dynamic-table.ts';
import { FieldList } from './field-list.ts';
import type { HpackField } from './hpack-field.ts';
import type { HuffmanCode } from './huffman-code.ts';
import { staticTable } from './static-table.ts';

export type { HpackField } from './hpack-field.ts';

/** What a header block says. */
export type HpackBlock = {
  readonly fields: readonly HpackField[];
  /** Fields that refer to entries inserted before the capture, or before a loss. */
  readonly undecoded: number;
  /** Fields left out because the decoded list was longer than the limit. */
  readonly dropped: number;
  /** It could not be read to its end (RFC 7541): what came before is in `fields`, and the table is as after `lost`. */
  readonly isMalformed: boolean;
};

/** What a table may hold until a decoder says otherwise (RFC 9113, section 6.5.2). */
const initialCapacity = 4096;
/** What ours holds, at most; a peer may use more, whose older entries are not known then. */
const mostCapacity = 65536;

/** What the first bits of a field say (RFC 7541, section 6). */
const indexed = 0x80;
const insertion = 0x40;
const sizeUpdate = 0x20;
const neverIndexed = 0x10;

export type HpackOptions = {
  /** Decoders can share it. */
  readonly huffman: HuffmanCode;
  /** What one block may give, in decoded names and values, and 32 for each field. */
  readonly maxListBytes: number;
  /** The connection was seen from its first byte, so that the table was empty then. */
  readonly isFromStart: boolean;
};

/**
 * Decodes the header blocks of one direction, in the order of the wire (RFC 7541), also when the first ones were not
 * seen: what was inserted since then is found exactly, and a field that refers to something older is counted. Constant
 * work for each byte and field; what it holds is bounded.
 */
export class HpackDecoder {
  readonly #huffman: HuffmanCode;
  readonly #maxListBytes: number;
  readonly #table: DynamicTable;
  /** Most that the sender may use of its table, as far as we follow. */
  #limit: number;
  /** The sender may have entries that are not in our table. */
  #isPartial: boolean;

  constructor(options: HpackOptions) {
    this.#huffman = options.huffman;
    this.#maxListBytes = options.maxListBytes;
    this.#isPartial = !options.isFromStart;
    this.#limit = options.isFromStart ? initialCapacity : mostCapacity;
    this.#table = new DynamicTable(this.#limit);
  }

  /** Bytes of the names and values that the table holds, about. */
  get heldBytes(): number {
    return this.#table.size;
  }

  /** A whole header block. `bytes` are borrowed: nothing of them is kept. */
  decode(bytes: Buffer, start: number, end: number): HpackBlock {
    const reader = new BlockReader(bytes, start, end);
    const list = new FieldList(this.#maxListBytes);
    while (!reader.isAtEnd) {
      if ((reader.next & 0xe0) === sizeUpdate) this.#updateSize(reader, list.isEmpty);
      else {
        const field = this.#field(reader);
        if (!reader.isBroken) list.add(field);
      }
    }
    if (reader.isBroken) this.lost();
    const { fields, undecoded, dropped } = list;
    return { fields, undecoded, dropped, isMalformed: reader.isBroken };
  }

  /**
   * A header block of this direction was lost: all entries are forgotten. What comes is decoded as far as it refers to
   * what is seen from here on.
   */
  lost(): void {
    this.#table.clear();
    // A size that was sent with what was lost is not known.
    this.#table.resize(this.#limit);
    this.#isPartial = true;
  }

  /**
   * The SETTINGS_HEADER_TABLE_SIZE of the side that decodes, as it was acknowledged: entries beyond it are gone. More
   * than 64 KiB are not followed.
   */
  limitTable(bytes: number): void {
    this.#limit = Math.min(bytes, mostCapacity);
    if (this.#table.capacity > this.#limit) this.#table.resize(this.#limit);
  }

  /** The sender says how much of its table it uses (RFC 7541, section 6.3), which comes before all fields. */
  #updateSize(reader: BlockReader, isFirst: boolean): void {
    const bytes = reader.integer(5);
    if (!isFirst) reader.fail();
    if (reader.isBroken) return;
    // More than the limit is an error for those who know it. We may have missed the setting that allows it.
    const capacity = Math.min(bytes, mostCapacity);
    this.#limit = Math.max(this.#limit, capacity);
    this.#table.resize(capacity);
    if (bytes > mostCapacity) this.#isPartial = true;
  }

  /** The next field; `undefined` if it refers to what is not known. */
  #field(reader: BlockReader): HpackField | undefined {
    const first = reader.next;
    if ((first & indexed) !== 0) return this.#indexed(reader, reader.integer(7));
    if ((first & insertion) === 0) return this.#literal(reader, reader.integer(4), (first & neverIndexed) !== 0);
    const field = this.#literal(reader, reader.integer(6), false);
    if (!reader.isBroken) this.#table.insert(field);
    return field;
  }

  #literal(reader: BlockReader, index: number, isSensitive: boolean): HpackField | undefined {
    const name = index === 0 ? reader.string(this.#huffman) : this.#entry(reader, index)?.name;
    if (name !== undefined) return { name, value: reader.string(this.#huffman), slot: 0, isSensitive };
    reader.skipString();
    return undefined;
  }

  #indexed(reader: BlockReader, index: number): HpackField | undefined {
    const field = this.#entry(reader, index);
    return field === undefined || index <= staticTable.length ? field : this.#table.repeated(ageOf(index));
  }

  #entry(reader: BlockReader, index: number): HpackField | undefined {
    if (index > 0 && index <= staticTable.length) return staticTable[index - 1];
    const age = ageOf(index);
    if (index === 0 || (age >= this.#table.length && !this.#isPartial)) reader.fail();
    return this.#table.entry(age);
  }
}

/** Of an entry that is not in the static table (RFC 7541, section 2.3.3). */
function ageOf(index: number): number {
  return index - staticTable.length - 1;
}
