/** What has no route, and routes that are not shown by name. */
export const otherRoute = '{other}';
/** Longer paths end after this many segments: `/a/b/c/…`. */
const maxSegments = 8;
/** Longer segments are no words. */
const maxSegmentLength = 32;
/** Letters and digits of this many are a hexadecimal id, if all of them can be and there is a digit. */
const minHexLength = 8;
/** The name of a route hardly ever has more digits. */
const maxDigits = 3;

const data = 0;
const letter = 1;
const hexLetter = 2;
const digit = 3;
/**
 * What the characters of ASCII are: words and versions have letters, digits and `_ . - ~`; anything else (escapes,
 * separators) is more likely data.
 */
const characters: readonly number[] = Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/\d/.test(character)) return digit;
  if (/[a-f]/i.test(character)) return hexLetter;
  return /[\w.~-]/.test(character) ? letter : data;
});

/**
 * The template of a path: what looks like an id becomes `{id}`, so that all requests of one kind have one route,
 * whatever they are about. It guesses by the form of the segments; a route that it does not recognise loses detail, not
 * truth.
 */
export function routeOf(path: string): string {
  if (!path.startsWith('/')) return path === '*' ? path : otherRoute;
  let route = '';
  let copied = 0;
  let start = 1;
  for (let segments = 0; start <= path.length; segments++) {
    if (segments === maxSegments) return `${route}${path.slice(copied, start)}…`;
    const slash = path.indexOf('/', start);
    const end = slash < 0 ? path.length : slash;
    if (!isName(path, start, end)) {
      route += `${path.slice(copied, start)}{id}`;
      copied = end;
    }
    start = end + 1;
  }
  return copied === 0 ? path : route + path.slice(copied);
}

/** Whether a segment is neither data nor an id: digits only, or hexadecimal; what is as long as a UUID is no name. */
function isName(path: string, start: number, end: number): boolean {
  const length = end - start;
  if (length > maxSegmentLength) return false;
  let digits = 0;
  let hexLetters = 0;
  for (let at = start; at < end; at++) {
    const character = characters[path.charCodeAt(at)];
    if (character === undefined || character === data) return false;
    if (character === digit) digits++;
    else if (character === hexLetter) hexLetters++;
  }
  if (digits === 0) return true;
  const isId = digits === length || (length >= minHexLength && digits + hexLetters === length);
  return digits <= maxDigits && !isId;
}
