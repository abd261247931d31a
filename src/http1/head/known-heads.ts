/** A power of two. */
const places = 512;
/** Longer ones are not kept. */
const maxHeadBytes = 1024;
/** Of this many bytes at the start every fourth one decides, with the length of the packet, about a place. */
const startBytes = 64;
const startStep = 4;
/**
 * After this many misses in a row, heads in that place are mostly new ones: then only two of `rareness` are looked at,
 * to see whether that has changed.
 */
const trial = 16;
const rareness = 64;

/** Takes apart the head that is `bytes[start, end)`. */
export type ParseHead<Head> = (bytes: Buffer, start: number, end: number) => Head | undefined;

type KnownHead<Head> = { readonly bytes: Buffer; readonly head: Head };

/**
 * Heads that come again and again, byte for byte: probes, polls, scrapes, whatever asks for the same thing. They need
 * not be taken apart again. A head is kept from its second time on; what comes into the same place takes turns.
 */
export class KnownHeads<Head extends object> {
  readonly #heads: (KnownHead<Head> | undefined)[] = new Array(places).fill(undefined);
  readonly #seenOnce = new Int32Array(places);
  /** Since the last time that a head was known; starts again after 2^32. */
  readonly #misses = new Uint32Array(places);
  readonly #parse: ParseHead<Head>;
  /** Of the head that was looked for last. */
  #place = 0;

  constructor(parse: ParseHead<Head>) {
    this.#parse = parse;
  }

  /** The head that `bytes[start, end)` begin with, if it is kept. */
  find(bytes: Buffer, start: number, end: number): KnownHead<Head> | undefined {
    const place = placeOf(bytes, start, end);
    this.#place = place;
    const known = this.#heads[place];
    if (known === undefined) return undefined;
    const { length } = known.bytes;
    if (end - start < length) return undefined;
    if (bytes.compare(known.bytes, 0, length, start, start + length) !== 0) return undefined;
    this.#misses[place] = 0;
    return known;
  }

  /** Remembers that `bytes[start, end)` are a head, which was looked for last. */
  note(bytes: Buffer, start: number, end: number): void {
    const place = this.#place;
    const misses = (this.#misses[place] as number) + 1;
    this.#misses[place] = misses;
    if (misses === trial) this.#heads[place] = undefined;
    if ((misses >= trial && misses % rareness > 1) || end - start > maxHeadBytes) return;
    const hash = hashOf(bytes, start, end);
    if (this.#seenOnce[place] !== hash) {
      this.#seenOnce[place] = hash;
      return;
    }
    // A copy of its own: what is taken out of a text keeps the whole of it in memory.
    const copy = Buffer.allocUnsafeSlow(end - start);
    bytes.copy(copy, 0, start, end);
    const head = this.#parse(copy, 0, copy.length);
    if (head !== undefined) this.#heads[place] = { bytes: copy, head };
  }
}

/** Where a head is kept that `bytes[start, end)` begin with. */
function placeOf(bytes: Buffer, start: number, end: number): number {
  const last = Math.min(end, start + startBytes);
  let place = end - start;
  for (let at = start; at < last; at += startStep) place = (Math.imul(place, 31) + (bytes[at] as number)) | 0;
  return (place ^ (place >>> 15)) & (places - 1);
}

function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
  return hash;
}
