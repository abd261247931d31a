/** `.5`, `.25`, `.125`: what stands behind the point for each number of thousandths. */
const fractions: readonly string[] = Array.from({ length: 1000 }, (_, value) => (value / 1000).toString().slice(1));
const largestWhole = 2_000_000;

/**
 * Milliseconds in steps of a microsecond, written without the search for the shortest digits that a number in general
 * needs.
 */
export function millisecondsJson(milliseconds: number): string {
  if (milliseconds > largestWhole) return `${milliseconds}`;
  const micros = Math.round(milliseconds * 1000);
  const whole = Math.floor(micros / 1000);
  return `${whole}${fractions[micros - whole * 1000]}`;
}
