const threeDigits: readonly string[] = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, '0'));

// Records come in bursts of the same second, and formatting a Date is dear: the text of the last one is kept.
let cachedSecond = Number.NaN;
let cachedPrefix = '';

/**
 * `2024-05-06T07:08:09.123456Z` of microseconds since the epoch (RFC 3339). A time before 1970 becomes the epoch; one
 * after 2255, where numbers are no longer exact to the microsecond, becomes the last one that is.
 */
export function formatTime(microseconds: number): string {
  const whole = microseconds > 0 ? Math.min(Math.floor(microseconds), Number.MAX_SAFE_INTEGER) : 0;
  const second = Math.floor(whole / 1e6);
  if (second !== cachedSecond) {
    cachedPrefix = new Date(second * 1000).toISOString().slice(0, 20);
    cachedSecond = second;
  }
  const fraction = whole - second * 1e6;
  const milliseconds = Math.floor(fraction / 1000);
  return `${cachedPrefix}${threeDigits[milliseconds]}${threeDigits[fraction - milliseconds * 1000]}Z`;
}
