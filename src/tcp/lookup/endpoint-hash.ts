import { uint8 } from '../../bytes/integers.ts';
import type { AddressBytes } from '../connection/endpoint.ts';

const byteValues = 256;
const portBytes = 2;
const maxAddressLength = 16;

/**
 * Hashes endpoints by a table with a word for each value of each byte, made from a seed (tabulation hashing): whoever
 * does not know the seed finds no two endpoints that are more likely to share a hash than any others. Multiplying and
 * shifting with a secret start alone would not do, because some differences go through that whatever the start is: a
 * client with a network of its own could send from thousands of addresses that share a hash.
 */
export class EndpointHash {
  readonly #words = new Int32Array((portBytes + maxAddressLength) * byteValues);

  constructor(seed: number) {
    for (let place = 0; place < this.#words.length; place++) this.#words[place] = wordOf(seed, place);
  }

  /** Of an endpoint whose address begins at `address`. */
  of({ bytes, addressLength }: AddressBytes, address: number, port: number): number {
    const words = this.#words;
    let hash = (words[port & 0xff] as number) ^ (words[byteValues + (port >>> 8)] as number);
    let row = portBytes * byteValues;
    for (let at = address; at < address + addressLength; at += 4) {
      hash ^= words[row + uint8(bytes, at)] as number;
      hash ^= words[row + byteValues + uint8(bytes, at + 1)] as number;
      hash ^= words[row + 2 * byteValues + uint8(bytes, at + 2)] as number;
      hash ^= words[row + 3 * byteValues + uint8(bytes, at + 3)] as number;
      row += 4 * byteValues;
    }
    // Both ends of a connection are added up: without this, what differs in both could cancel out.
    hash ^= hash >>> 15;
    return Math.imul(hash, 0x85ebca6b) | 0;
  }
}

/** One of the words that a seed stands for, which look as if they were drawn. */
function wordOf(seed: number, place: number): number {
  let word = (seed + Math.imul(place + 1, 0x9e3779b9)) | 0;
  word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
  return word ^ (word >>> 15);
}
