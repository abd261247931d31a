/** A seeded generator of numbers in [0, 1) (mulberry32): the same seed gives the same numbers on every machine. */
export type Random = () => number;

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number in [low, high). */
export function randomInteger(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low));
}
