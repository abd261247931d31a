/** What has no route, and routes that are not shown by name. */
export const otherRoute = '{other}';
/** Longer paths are cut into so many segments: `/a/b/c/…`. */
const maxSegments = 8;
/** Longer segments are no words. */
const maxSegmentLength = 32;
/** Digits only, UUIDs, and hexadecimal ids of 8 digits and more. */
const idForm = /^(?:\d+|[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|(?=.*\d)[\da-f]{8,})$/i;
/** Letters, digits and `_ . - ~` like in words and versions; anything else (escapes, separators) is more likely data. */
const wordForm = /^[\w.~-]+$/;
/** So many digits hardly ever stand in the name of a route. */
const maxDigits = 3;

/**
 * The template of a path: what looks like an id becomes `{id}`, so that all requests of one kind have one route, whatever they are about. It
 * is a guess by the form of the segments; who has routes that it does not see loses detail, not truth.
 */
export function routeOf(path: string): string {
  if (!path.startsWith('/')) return path === '*' ? path : otherRoute;
  const segments = path.slice(1).split('/', maxSegments + 1);
  const isLonger = segments.length > maxSegments;
  const route = segments.slice(0, maxSegments).map(templateOf).join('/');
  return isLonger ? `/${route}/…` : `/${route}`;
}

function templateOf(segment: string): string {
  if (segment === '') return segment;
  const isWord = segment.length <= maxSegmentLength && wordForm.test(segment);
  return isWord && !idForm.test(segment) && digitsIn(segment) <= maxDigits ? segment : '{id}';
}

function digitsIn(segment: string): number {
  let digits = 0;
  for (let at = 0; at < segment.length; at++) {
    const code = segment.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) digits++;
  }
  return digits;
}
