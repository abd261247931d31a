const threeDigits: readonly string[] = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, '0'));

/**
 * `2024-05-06T07:08:09.123456Z` of microseconds since the epoch (RFC 3339). A time before 1970 becomes the epoch; one
 * after 2255, where numbers are no longer exact to the microsecond, becomes the last one that is.
 */
export function formatTime(microseconds: number): string {
  const whole = wholeMicroseconds(microseconds);
  const second = Math.floor(whole / 1e6);
  return secondText(second) + fractionText(whole - second * 1e6);
}

/**
 * The same for many times: they come in bursts of one second, and that takes most of the work, so the text of the last
 * second is kept.
 */
export class TimeFormatter {
  #second = Number.NaN;
  #text = '';

  format(microseconds: number): string {
    const whole = wholeMicroseconds(microseconds);
    const second = Math.floor(whole / 1e6);
    if (second !== this.#second) {
      this.#text = secondText(second);
      this.#second = second;
    }
    return this.#text + fractionText(whole - second * 1e6);
  }
}

function wholeMicroseconds(microseconds: number): number {
  return microseconds > 0 ? Math.min(Math.floor(microseconds), Number.MAX_SAFE_INTEGER) : 0;
}

/** `2024-05-06T07:08:09.` */
function secondText(second: number): string {
  return new Date(second * 1000).toISOString().slice(0, 20);
}

/** `123456Z` */
function fractionText(microseconds: number): string {
  const milliseconds = Math.floor(microseconds / 1000);
  return `${threeDigits[milliseconds]}${threeDigits[microseconds - milliseconds * 1000]}Z`;
}
