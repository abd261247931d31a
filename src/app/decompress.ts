import zlib, { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { CapturedBody } from '../exchange/exchange.ts';

type Decode = (bytes: Buffer, limit: number) => Buffer;

type Coding = {
  readonly decode: Decode;
  /** How many parts of an input are tried that cannot be decoded whole. */
  readonly maxAttempts: number;
  /** Up to here a body is decoded whole and then truncated; of a larger one, a bomb, only a start is decoded. */
  readonly wholeBytes: number;
};

const usualWholeBytes = 64 * 1024;
/** A block gives up to 128 KiB, or nothing. */
const zstdWholeBytes = 256 * 1024;

// With the flush instead of the finish operation at the end, a truncated input gives what it has decoded.
const zlibOptions = { finishFlush: constants.Z_SYNC_FLUSH };
const brotliOptions = { finishFlush: constants.BROTLI_OPERATION_FLUSH };

/** Since Node 22.15; older ones do not know the coding. The numbers are those of zstd.h. */
type ZstdDecompress = (
  bytes: Buffer,
  options: { finishFlush: number; maxOutputLength: number; params: { [name: number]: number } },
) => Buffer;
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: ZstdDecompress };
const zstdFlush = 1;
const zstdWindowLogMax = 100;
/** RFC 9659: what a receiver has to allow, and no sender of this coding may exceed; it bounds each attempt. */
const zstdWindowLog = 23;

const codings: { readonly [name: string]: Coding } = {
  gzip: {
    decode: (bytes, limit) => gunzipSync(bytes, { ...zlibOptions, maxOutputLength: limit }),
    maxAttempts: 12,
    wholeBytes: usualWholeBytes,
  },
  deflate: {
    decode: (bytes, limit) =>
      (hasZlibHeader(bytes) ? inflateSync : inflateRawSync)(bytes, { ...zlibOptions, maxOutputLength: limit }),
    maxAttempts: 12,
    wholeBytes: usualWholeBytes,
  },
  // Fills its whole window before it gives anything: a few bytes can make each attempt cost milliseconds.
  br: {
    decode: (bytes, limit) => brotliDecompressSync(bytes, { ...brotliOptions, maxOutputLength: limit }),
    maxAttempts: 2,
    wholeBytes: usualWholeBytes,
  },
  ...(zstdDecompressSync === undefined ? {} : { zstd: zstdCoding(zstdDecompressSync) }),
};

function zstdCoding(decompressSync: ZstdDecompress): Coding {
  const params = { [zstdWindowLogMax]: zstdWindowLog };
  return {
    decode: (bytes, limit) => decompressSync(bytes, { finishFlush: zstdFlush, maxOutputLength: limit, params }),
    maxAttempts: 12,
    wholeBytes: zstdWholeBytes,
  };
}

/**
 * Undoes a content coding: `gzip`, `deflate` (zlib, or raw as some servers send it), `br`, or `zstd` where node can.
 * Output beyond `limit` bytes and input from about the first damage on are left out and make it `truncated`. Undefined
 * if the coding is not known or nothing could be decoded; a content that is whole and empty is empty.
 */
export function decompress(name: string, bytes: Buffer, limit: number): CapturedBody | undefined {
  const coding = Object.hasOwn(codings, name) ? codings[name] : undefined;
  if (coding === undefined || (name === 'br' && hasLargeWindow(bytes))) return undefined;
  const maxOutput = Math.max(limit, coding.wholeBytes);
  const whole = attempt(coding.decode, bytes, maxOutput);
  const output = whole ?? decodablePart(coding, bytes, { wanted: limit, most: maxOutput });
  if (output.length === 0 && (whole === undefined || bytes.length === 0)) return undefined;
  return { bytes: output.subarray(0, limit), truncated: whole === undefined || whole.length > limit };
}

/** How much output there should be, and how much there may be. */
type OutputBytes = { readonly wanted: number; readonly most: number };

/**
 * Node's synchronous decoders keep nothing when they fail or give too much: searches for a start of the input with
 * which they do neither, until one gives all that is asked for.
 */
function decodablePart({ decode, maxAttempts }: Coding, bytes: Buffer, { wanted, most }: OutputBytes): Buffer {
  let best: Buffer = Buffer.alloc(0);
  let good = 0;
  let bad = bytes.length;
  for (let attempts = 0; attempts < maxAttempts && bad - good > 1 && best.length < wanted; attempts++) {
    const middle = (good + bad) >>> 1;
    const output = attempt(decode, bytes.subarray(0, middle), most);
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

/** RFC 7932 section 9.1: more than the 4 MiB that encoders choose by themselves. Each attempt may fill all of it. */
function hasLargeWindow([first = 0]: Buffer): boolean {
  return (first & 1) === 1 && ((first >>> 1) & 7) > 5;
}
