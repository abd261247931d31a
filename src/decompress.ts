import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { CapturedBody } from './exchange/exchange.ts';

type Decode = (bytes: Buffer, limit: number) => Buffer;

/** Up to here a body is decoded whole and then cut; beyond it is a bomb, of which only the first part is looked for. */
const MAX_OUTPUT = 256 * 1024;

// With the flush instead of the finish operation at the end, a truncated input gives what it holds so far.
const zlibOptions = { finishFlush: constants.Z_SYNC_FLUSH };
const brotliOptions = { finishFlush: constants.BROTLI_OPERATION_FLUSH };

const decoders: { readonly [coding: string]: Decode } = {
  gzip: (bytes, limit) => gunzipSync(bytes, { ...zlibOptions, maxOutputLength: limit }),
  deflate: (bytes, limit) =>
    (hasZlibHeader(bytes) ? inflateSync : inflateRawSync)(bytes, { ...zlibOptions, maxOutputLength: limit }),
  br: (bytes, limit) => brotliDecompressSync(bytes, { ...brotliOptions, maxOutputLength: limit }),
};

/**
 * Undoes a content coding: `gzip`, `deflate` (zlib, or raw as some servers send it) or `br`. Output beyond `limit` bytes
 * and input from the first detected damage on are left out and make it `truncated`. Undefined if the coding is not known or nothing could be decoded.
 */
export function decompress(coding: string, bytes: Buffer, limit: number): CapturedBody | undefined {
  const decode = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined;
  if (decode === undefined) return undefined;
  const maxOutput = Math.max(limit, MAX_OUTPUT);
  const whole = attempt(decode, bytes, maxOutput);
  const output = whole ?? longestPrefix(decode, bytes, maxOutput);
  if (output.length === 0) return undefined;
  return { bytes: output.subarray(0, limit), truncated: whole === undefined || whole.length > limit };
}

/** Node's synchronous decoders keep nothing when they fail or reach the limit: search for the longest input with which they do not. */
function longestPrefix(decode: Decode, bytes: Buffer, limit: number): Buffer {
  let best: Buffer = Buffer.alloc(0);
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    const output = attempt(decode, bytes.subarray(0, middle), limit);
    if (output === undefined) {
      bad = middle;
    } else {
      good = middle;
      best = output;
    }
  }
  return best;
}

function attempt(decode: Decode, bytes: Buffer, limit: number): Buffer | undefined {
  try {
    return decode(bytes, limit);
  } catch {
    return undefined;
  }
}

/** RFC 1950 section 2.2: method 8, and the first two bytes as a number are a multiple of 31. */
function hasZlibHeader(bytes: Buffer): boolean {
  const [first = 0, second = 0] = bytes;
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}
