import { huffmanCodes } from './huffman-codes.ts';

const endOfString = 256;
const digitsOf = huffmanCodes.map(([code, bits]) => code.toString(2).padStart(bits, '0'));
const symbolOf: ReadonlyMap<string, number> = new Map(digitsOf.map((digits, symbol) => [digits, symbol]));

/** Text in the Huffman code of HPACK, padded. */
export function huffmanBytes(text: string): Buffer {
  const digits = [...Buffer.from(text, 'latin1')].map((byte) => digitsOf[byte]).join('');
  return bytesOf(digits + '1'.repeat((8 - (digits.length % 8)) % 8));
}

/** Bytes from the digits of their bits. */
export function bytesOf(digits: string): Buffer {
  return Buffer.from((digits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** Digit by digit, as RFC 7541, section 5.2, says it; `undefined` if the bytes are no text. */
export function naiveHuffmanText(bytes: Buffer): string | undefined {
  const found: number[] = [];
  let rest = '';
  for (const digit of [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')) {
    rest += digit;
    const symbol = symbolOf.get(rest);
    if (symbol === endOfString) return undefined;
    if (symbol === undefined) continue;
    found.push(symbol);
    rest = '';
  }
  return /^1{0,7}$/.test(rest) ? Buffer.from(found).toString('latin1') : undefined;
}
