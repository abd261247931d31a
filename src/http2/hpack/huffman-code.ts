import { uint8 } from '../../bytes/integers.ts';
import { huffmanCodeLengths } from './huffman-code-lengths.ts';

// An entry of the table, for a place in the tree of codes and the four bits that are read there: the place that they
// lead to in the lowest byte, above it the byte whose code ended on the way, if one did.
const isFound = 1 << 16;
/** The string may end here: what was read of a code is padding, fewer than eight bits, all ones. */
const mayEnd = 1 << 17;
/** The bits are the code for the end of a string, which is never sent. */
const isInvalid = 1 << 18;
const endOfString = 256;
/** The shortest code has five bits. */
const mostTextPerByte = 8 / 5;
const longestPadding = 7;
/** Texts of this length and less are made in one buffer, one after the other: nearly all. */
const usualText = 2048;

/** The Huffman code of HPACK (RFC 7541, section 5.2): a table that takes some time to make, for those who need it. */
export class HuffmanCode {
  readonly #table: ArrayLike<number> = tableOf(huffmanCodeLengths);
  readonly #usual = Buffer.allocUnsafeSlow(usualText);

  /** Text of a string; `undefined` if it is not one. */
  text(bytes: Buffer, start: number, end: number): string | undefined {
    const mostText = Math.floor((end - start) * mostTextPerByte);
    const text = mostText <= usualText ? this.#usual : Buffer.allocUnsafe(mostText);
    let length = 0;
    let entry = mayEnd;
    for (let at = start; at < end; at++) {
      const byte = uint8(bytes, at);
      const middle = this.#entry(entry, byte >> 4);
      entry = this.#entry(middle, byte & 15);
      if (((middle | entry) & isInvalid) !== 0) return undefined;
      // What is above the byte that was found does not fit in.
      if ((middle & isFound) !== 0) text[length++] = middle >> 8;
      if ((entry & isFound) !== 0) text[length++] = entry >> 8;
    }
    return (entry & mayEnd) === 0 ? undefined : text.toString('latin1', 0, length);
  }

  #entry(before: number, bits: number): number {
    return this.#table[((before & 0xff) << 4) | bits] as number;
  }
}

/** What a bit leads to: a place in the tree, or a byte (or the end of a string) as its complement. */
type Tree = readonly (readonly [zero: number, one: number])[];

/** Where the bits lead from each place in the tree, four at a time: no code is shorter, so that at most one ends. */
function tableOf(lengths: readonly number[]): ArrayLike<number> {
  const tree = treeOf(lengths);
  const entries = new Int32Array(tree.length * 16);
  const endings = paddingPlaces(tree);
  for (const index of entries.keys()) {
    let place = index >> 4;
    let found = 0;
    for (let bit = 3; bit >= 0; bit--) {
      const next = tree[place]?.[((index >> bit) & 1) as 0 | 1] ?? 0;
      if (next < 0) found = ~next === endOfString ? isInvalid : isFound | (~next << 8);
      place = Math.max(next, 0);
    }
    entries[index] = place | found | (endings.includes(place) ? mayEnd : 0);
  }
  return entries;
}

/** The root, and where up to seven ones lead. */
function paddingPlaces(tree: Tree): readonly number[] {
  const places = [0];
  while (places.length <= longestPadding) places.push(tree[places.at(-1) ?? 0]?.[1] ?? 0);
  return places;
}

function treeOf(lengths: readonly number[]): Tree {
  const tree: [number, number][] = [[0, 0]];
  const symbols = lengths.map((bits, symbol) => ({ bits, symbol }));
  let code = 0;
  let before = 0;
  for (const { bits, symbol } of symbols.sort((one, other) => one.bits - other.bits || one.symbol - other.symbol)) {
    code <<= bits - before;
    addCode(tree, code.toString(2).padStart(bits, '0'), symbol);
    code++;
    before = bits;
  }
  return tree;
}

function addCode(tree: [number, number][], code: string, symbol: number): void {
  let place = tree[0];
  for (const [index, digit] of [...code].entries()) {
    if (place === undefined) return;
    const bit = digit === '0' ? 0 : 1;
    if (index === code.length - 1) place[bit] = ~symbol;
    else if (place[bit] === 0) place[bit] = tree.push([0, 0]) - 1;
    place = tree[place[bit]];
  }
}
