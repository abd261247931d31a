import { redactionMark } from '../redact/redact-params.ts';
import { matchedSegments, type Range } from './matched-segments.ts';
import type { PathPattern } from './path-pattern.ts';

/** How far a path goes: in a `url` to its query, in `text` no further than white space, quotes and angle brackets. */
export type PathKind = 'url' | 'text';

/** What separates segments, and what stands before or behind a path; each of them may be encoded. */
const marks = /%(?:25)*(?:2[0-36-8cf]|3[a-f]|5[bc]|7[bc])|[/\\=&?#!"'<>([{,;:|\s]/gi;
const separators: ReadonlySet<string> = new Set(['/', '\\']);
/** Behind two separators (RFC 3986, section 4.2), before which stands nothing. */
const authorityPlace = 2;
const ends = { url: '?#', text: '?#"<> \t\r\n' } as const;

/** A path that has begun. `isRaw`: the separator before a segment is a slash that is not encoded. */
type OpenPath = {
  readonly start: number;
  /** What stands before it is the colon of a scheme, so it begins with an authority. */
  readonly isBehindColon: boolean;
  /** No separator begins it: it may be a host and a path, a relative path, or something else, such as `text/html`. */
  readonly isBehindWord: boolean;
  readonly isInQuery: boolean;
  readonly separators: { readonly start: number; readonly end: number; readonly isRaw: boolean }[];
};

/**
 * Masks what patterns say in all paths of a text: that of a URL, those in its parameters, and those of URLs in the
 * value of a header, whichever host they are of. Each character is looked at a constant number of times.
 */
export function maskPaths(text: string, patterns: readonly PathPattern[], kind: PathKind): string {
  const masked: Range[] = [];
  let last = { end: 0, isColon: false };
  let isInQuery = false;
  let path: OpenPath | undefined = kind === 'url' && isRelative(text) ? openPath(0) : undefined;
  /** What begins like a path within one: it may be another one, or a part of it. */
  let inner: OpenPath | undefined;
  /** Where all begins that the patterns of an inner path mask of the path that it is in. */
  let innerRest = Number.POSITIVE_INFINITY;
  const close = (open: OpenPath | undefined, end: number, next = end) => {
    if (open === undefined) return;
    for (const { start, end: rangeEnd } of maskedOf(text, { ...open, end }, patterns)) {
      if (start < end) masked.push({ start, end: Math.min(rangeEnd, end) });
      if (open === inner && rangeEnd > end) innerRest = Math.min(innerRest, start < end ? start : next);
    }
  };
  const closeAll = (end: number) => {
    close(path, end);
    close(inner, end);
    if (innerRest < end) masked.push({ start: innerRest, end });
    path = inner = undefined;
    innerRest = Number.POSITIVE_INFINITY;
  };
  for (const { 0: sent, index } of text.matchAll(marks)) {
    const end = index + sent.length;
    const isRaw = sent.length === 1;
    const mark = isRaw ? sent : decoded(sent);
    if (separators.has(mark)) {
      const begins = openPath(last.end, { isBehindColon: last.isColon, isBehindWord: last.end !== index, isInQuery });
      if (path === undefined) path = begins;
      else if (!begins.isBehindWord && index > path.start) {
        close(inner, index, end);
        inner = begins;
      }
      for (const open of [path, inner]) open?.separators.push({ start: index, end, isRaw: isRaw && mark === '/' });
      continue;
    }
    if (path !== undefined && isRaw && (ends[kind].includes(mark) || (path.isInQuery && mark === '&'))) {
      closeAll(index);
    }
    last = { end, isColon: mark === ':' };
    isInQuery ||= mark === '?';
  }
  closeAll(text.length);
  return masked.length === 0 ? text : withMarks(text, masked);
}

function openPath(start: number, before: Partial<OpenPath> = {}): OpenPath {
  return { start, isBehindColon: false, isBehindWord: false, isInQuery: false, ...before, separators: [] };
}

/**
 * A target of no form that HTTP knows, which some servers take for a path, others for an authority and a path. Without
 * a slash it is an authority alone.
 */
function isRelative(url: string): boolean {
  const path = /^[^?#]*/.exec(url)?.[0] ?? '';
  const hasSeparator = /[/\\]|%(?:25)*(?:2f|5c)/i.test(path);
  return hasSeparator && !/^(?:[/\\*]|%(?:25)*(?:2f|5c)|[^/\\]*:[/\\])/i.test(path);
}

/** The last two digits say what is encoded, however often. */
function decoded(sent: string): string {
  return String.fromCharCode(Number.parseInt(sent.slice(-2), 16));
}

/** Servers differ in what separates segments, and in whether a path begins with an authority: each reading counts. */
function maskedOf(text: string, path: OpenPath & Range, patterns: readonly PathPattern[]): readonly Range[] {
  const telling = path.isBehindWord ? patterns.filter(({ places: [first] }) => first?.kind === 'text') : patterns;
  const every = segmentsOf(path, () => true);
  const raw = path.separators.every(({ isRaw }) => isRaw) ? [] : segmentsOf(path, ({ isRaw }) => isRaw);
  return [every, raw].flatMap((segments) => {
    const first = segments.findIndex(isFilled);
    const hasAuthority = first === authorityPlace && path.isBehindColon;
    const mayHaveAuthority = first === 0 || first >= authorityPlace;
    const readings = [...(hasAuthority ? [] : [segments]), ...(mayHaveAuthority ? [segments.slice(first + 1)] : [])];
    return readings.flatMap((reading) => matchedSegments(text, reading, telling));
  });
}

function segmentsOf(
  { start, end, separators: all }: OpenPath & Range,
  counts: (separator: OpenPath['separators'][number]) => boolean,
): readonly Range[] {
  const segments: Range[] = [];
  let from = start;
  for (const separator of all) {
    if (!counts(separator)) continue;
    segments.push({ start: from, end: separator.start });
    from = separator.end;
  }
  return [...segments, { start: from, end }];
}

function isFilled({ start, end }: Range): boolean {
  return end > start;
}

function withMarks(text: string, masked: readonly Range[]): string {
  let shown = '';
  let copied = 0;
  for (const { start, end } of [...masked].sort((one, other) => one.start - other.start)) {
    if (start >= copied) shown += text.slice(copied, start) + redactionMark;
    copied = Math.max(copied, end);
  }
  return shown + text.slice(copied);
}
