/**
 * Makes microseconds since the epoch of the two halves of a 64-bit time stamp: a whole, safe number, never negative.
 */
export type ToMicroseconds = (high: number, low: number) => number;

/**
 * For time stamps in the units of pcapng's `if_tsresol` (a negative power of 10, of 2 with the top bit set) counted
 * from `offsetSeconds` after the epoch. Exact, though 64 bits do not fit a number, for every resolution of which a year
 * fits 64 bits.
 */
export function microsecondClock(resolution: number, offsetSeconds: number): ToMicroseconds {
  const { multiplier, divisor } = microsecondRatio(resolution);
  const scaledHighUnit = 2 ** 32 * multiplier;
  const wholeHighUnit = Math.floor(scaledHighUnit / divisor);
  const restOfHighUnit = scaledHighUnit - wholeHighUnit * divisor;
  const offset = offsetSeconds * 1e6;
  return (high, low) => {
    const rest = Math.floor((high * restOfHighUnit + low * multiplier) / divisor);
    return Math.max(0, Math.min(high * wholeHighUnit + rest + offset, Number.MAX_SAFE_INTEGER));
  };
}

/** Microseconds are units times `multiplier` divided by `divisor`. */
function microsecondRatio(resolution: number): { readonly multiplier: number; readonly divisor: number } {
  const exponent = resolution & 0x7f;
  if (resolution < 0x80) {
    return exponent < 6
      ? { multiplier: 10 ** (6 - exponent), divisor: 1 }
      : { multiplier: 1, divisor: 10 ** (exponent - 6) };
  }
  // 10^6 is 2^6 times 15625.
  return exponent < 6
    ? { multiplier: 15_625 * 2 ** (6 - exponent), divisor: 1 }
    : { multiplier: 15_625, divisor: 2 ** (exponent - 6) };
}
