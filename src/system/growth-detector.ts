/** Tells whether a size has grown by `least` since it was smallest; then it starts again from the next size. */
export function createGrowthDetector(least: number): (size: number) => boolean {
  let smallest = Number.POSITIVE_INFINITY;
  return (size) => {
    smallest = Math.min(smallest, size);
    if (size - smallest < least) return false;
    smallest = Number.POSITIVE_INFINITY;
    return true;
  };
}
