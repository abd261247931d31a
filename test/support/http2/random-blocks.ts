import { staticTable } from '../../../src/http2/hpack/static-table.ts';
import { type Random, randomInteger } from '../program/random.ts';
import { HpackOracle, type TracedField } from './hpack-oracle.ts';
import { huffmanBytes } from './naive-huffman.ts';

/** A header block, the setting that has come before it, and what is in it. */
export type TracedBlock = {
  readonly bytes: Buffer;
  readonly tableSize: number | undefined;
  readonly fields: readonly TracedField[];
};

/** What an encoder could say that makes any use of HPACK, of the useful and of the useless. */
export function randomBlocks(random: Random, count: number): readonly TracedBlock[] {
  const oracle = new HpackOracle();
  return Array.from({ length: count }, (_, index) => {
    oracle.block = index;
    const pieces: Buffer[] = [];
    const tableSize = random() < 0.1 ? randomTableSize(random) : undefined;
    if (tableSize !== undefined) {
      oracle.limitTable(tableSize);
      pieces.push(integer(0x20, 5, randomInteger(random, 0, tableSize + 1)), integer(0x20, 5, tableSize));
      for (const piece of pieces) oracle.decode(piece);
    }
    const fields: TracedField[] = [];
    for (let left = randomInteger(random, 0, 12); left > 0; left--) {
      const piece = randomField(random, staticTable.length + oracle.tableLength);
      pieces.push(piece);
      fields.push(...oracle.decode(piece));
    }
    return { bytes: Buffer.concat(pieces), tableSize, fields };
  });
}

/** An integer behind the bits of `first` (RFC 7541, section 5.1). */
export function integer(first: number, bits: number, value: number): Buffer {
  const most = 2 ** bits - 1;
  if (value < most) return Buffer.from([first | value]);
  const bytes = [first | most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

/** A string in plain text or in Huffman code. */
export function string(text: string, isHuffman: boolean): Buffer {
  const bytes = isHuffman ? huffmanBytes(text) : Buffer.from(text, 'latin1');
  return Buffer.concat([integer(isHuffman ? 0x80 : 0, 7, bytes.length), bytes]);
}

function randomTableSize(random: Random): number {
  return [0, 64, 200, 4096, 16384, 65536][randomInteger(random, 0, 6)] ?? 0;
}

function randomField(random: Random, most: number): Buffer {
  const index = random() < 0.5 ? randomInteger(random, 1, most + 1) : Math.max(1, most - randomInteger(random, 0, 9));
  if (random() < 0.4) return integer(0x80, 7, index);
  const [first, bits] = (
    [
      [0x40, 6],
      [0x40, 6],
      [0x10, 4],
      [0, 4],
    ] as const
  )[randomInteger(random, 0, 4)] ?? [0, 4];
  const isNew = random() < 0.3;
  return Buffer.concat([
    integer(first, bits, isNew ? 0 : index),
    ...(isNew ? [string(randomText(random), random() < 0.5)] : []),
    string(randomText(random), random() < 0.5),
  ]);
}

function randomText(random: Random): string {
  const length = random() < 0.02 ? randomInteger(random, 1000, 6000) : randomInteger(random, 0, 30);
  return Buffer.from(Array.from({ length }, () => randomInteger(random, 0, random() < 0.9 ? 128 : 256))).toString(
    'latin1',
  );
}
