/** What a segment must be: a text, or anything between a beginning and an end, which is masked. */
export type Place =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'open'; readonly prefix: string; readonly suffix: string };

/** How a path must begin, segment by segment, and whether all that follows is masked, too. */
export type PathPattern = { readonly places: readonly Place[]; readonly masksRest: boolean };

const wildcard = /\{[^}]*\}|\*/;
const rest = '**';

/** Reads a pattern of REDACT_PATHS, such as `/users/{name}`, `/users/{}/cards/*` or `/files/**`. */
export function parsePathPattern(pattern: string): PathPattern {
  const segments = pattern.split('/').filter((segment) => segment !== '');
  const masksRest = segments.at(-1) === rest;
  return { places: (masksRest ? segments.slice(0, -1) : segments).map(placeOf), masksRest };
}

function placeOf(segment: string): Place {
  const [prefix = '', ...behind] = segment.split(wildcard).map(comparable);
  const suffix = behind.at(-1);
  return suffix === undefined ? { kind: 'text', text: prefix } : { kind: 'open', prefix, suffix };
}

export function isAt(place: Place | undefined, segment: string): boolean {
  if (place === undefined) return false;
  if (place.kind === 'text') return place.text === segment;
  const { prefix, suffix } = place;
  const isLong = segment.length >= prefix.length + suffix.length;
  return isLong && segment.startsWith(prefix) && segment.endsWith(suffix);
}

const notPlain = /[^\0-\x7f]|%/;
/** A byte, also where its percent sign is encoded, and that of that one. */
const encodedByte = /%(?:25)*([\da-f]{2})/gi;

/**
 * A segment in the form in which one is compared: servers differ in what they take for the same, so as few differences
 * as possible are left. Parameters (RFC 3986, section 3.3) are not looked at.
 */
export function comparable(segment: string): string {
  const decoded = notPlain.test(segment) ? decodedBytes(segment) : segment;
  const parameters = decoded.indexOf(';');
  return (parameters < 0 ? decoded : decoded.slice(0, parameters)).toLowerCase();
}

/** One character per byte of UTF-8. */
function decodedBytes(segment: string): string {
  const bytes = Buffer.from(segment).toString('latin1');
  return bytes.replace(encodedByte, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
