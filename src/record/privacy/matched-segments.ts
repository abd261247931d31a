import { comparable, isAt, type PathPattern } from './path-pattern.ts';

/** Of a text: `[start, end)`. */
export type Range = { readonly start: number; readonly end: number };

/**
 * What patterns mask of one path, given as its segments in order. Dot segments are followed (RFC 3986, section 5.2.4),
 * and what they leave again is masked as well. Where a pattern masks all that follows, the range has no end.
 */
export function matchedSegments(text: string, segments: readonly Range[], patterns: readonly PathPattern[]): Range[] {
  const masked: Range[] = [];
  /** The path so far, and for each pattern how much of its beginning is that of the pattern. */
  const path: Range[] = [];
  const matching = patterns.map(() => 0);
  for (const range of segments) {
    if (range.end === range.start) continue;
    const segment = comparable(text.slice(range.start, range.end));
    if (segment === '.') continue;
    if (segment === '..') {
      path.pop();
      for (const [index, count] of matching.entries()) matching[index] = Math.min(count, path.length);
      continue;
    }
    path.push(range);
    for (const [index, { places, masksRest }] of patterns.entries()) {
      if (matching[index] !== path.length - 1) continue;
      if (path.length > places.length) {
        if (masksRest) masked.push({ start: range.start, end: Number.POSITIVE_INFINITY });
      } else if (isAt(places[path.length - 1], segment)) {
        matching[index] = path.length;
        if (path.length === places.length) masked.push(...openRanges(path, places));
      }
    }
  }
  const isOpenEnded = patterns.some(
    ({ places, masksRest }, index) => masksRest && path.length === places.length && matching[index] === path.length,
  );
  const last = segments.at(-1);
  if (last !== undefined && isOpenEnded) masked.push({ start: last.end, end: Number.POSITIVE_INFINITY });
  return masked;
}

function openRanges(path: readonly Range[], places: PathPattern['places']): readonly Range[] {
  return path.filter((_, index) => places[index]?.kind === 'open');
}
