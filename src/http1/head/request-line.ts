import { isSeparator, isTokenByte } from './characters.ts';
import type { HeadText } from './head-text.ts';
import { KnownText } from './known-text.ts';
import { registeredMethods, usualMethods } from './methods.ts';
import { isUsualVersion, isVersionAt, versionLength } from './version.ts';

export type RequestLine = {
  readonly method: string;
  /** Request target, byte for byte as sent; empty if there is none. */
  readonly target: string;
  /** As sent, so mostly `HTTP/1.1`; `HTTP/0.9` for a line without a version, empty if it was cut off. */
  readonly version: string;
  /**
   * `usual`: as the standard wants it. `odd`: not so, but a request by itself. `simple`: `GET /path`, which is a whole
   * request in HTTP/0.9. `bare`: one only if header lines, the end of a head or a response comes behind it.
   */
  readonly form: 'usual' | 'odd' | 'simple' | 'bare';
};

/** The longest registered method, UPDATEREDIRECTREF, has 17 letters. */
export const maxMethodLength = 32;

const space = 0x20;
const carriageReturn = 0x0d;
const usualEnd = new KnownText(' HTTP/1.1\r');
/** A target, and what stands for a version behind it: the last word that may be meant as one, with all that follows. */
const oddVersionEnd = /^(.*)[ \t\v\f](HTTP(?![a-z]).*|[a-z]+\/[^ \t\v\f\r]*)$/is;
const onlyVersion = /^HTTP\/\d[^ \t\v\f\r]*$/i;
const cutVersion = /^(?:H|HT|HTT|HTTP|HTTP\/.*)$/;
/** White space: text is Latin-1, so `\s` would be more than that. */
const blanks = /[ \t\v\f\r]/;

/**
 * Takes apart the request line `text[0, lineEnd)` (RFC 9112, section 3); `undefined` if it is none, as the line with
 * which HTTP/2 begins (RFC 9113, section 3.4). A target may contain white space.
 */
export function parseRequestLine(text: string, lineEnd: number): RequestLine | undefined {
  const methodEnd = endOfToken(text, lineEnd);
  if (methodEnd <= 0 || methodEnd > maxMethodLength) return undefined;
  if (methodEnd < lineEnd && !isSeparator(text.charCodeAt(methodEnd))) return undefined;
  let end = lineEnd;
  while (end > methodEnd && isSeparator(text.charCodeAt(end - 1))) end--;
  const versionStart = end - versionLength;
  const method = text.slice(0, methodEnd);
  const hasVersion =
    versionStart > methodEnd && isSeparator(text.charCodeAt(versionStart - 1)) && isVersionAt(text, versionStart);
  if (!hasVersion) return oddRequestLine(method, words(text, methodEnd, end));
  const version = text.slice(versionStart, end);
  const target = words(text, methodEnd, versionStart);
  if (beginsHttp2(method, target)) return undefined;
  if (target === '') return { method, target, version, form: registeredMethods.has(method) ? 'odd' : 'bare' };
  const isTidy =
    methodEnd + target.length + 2 === versionStart &&
    text.charCodeAt(methodEnd) === space &&
    text.charCodeAt(versionStart - 1) === space &&
    (end === lineEnd || (end + 1 === lineEnd && text.charCodeAt(end) === carriageReturn)) &&
    target.indexOf(' ') < 0 &&
    target.indexOf('\t') < 0;
  return { method, target, version, form: isTidy ? 'usual' : 'odd' };
}

/** The same for what nearly all lines are: three words with a space between, and the usual version with a CR behind. */
export function parseUsualRequestLine(head: HeadText, lineEnd: number): RequestLine | undefined {
  const versionStart = lineEnd - usualEnd.length;
  if (!head.isAt(versionStart, usualEnd)) return undefined;
  let methodEnd = 0;
  while (isTokenByte(head.byte(methodEnd))) methodEnd++;
  if (methodEnd === 0 || methodEnd > maxMethodLength || head.byte(methodEnd) !== space) return undefined;
  let at = methodEnd + 1;
  while (head.byte(at) > space) at++;
  if (at !== versionStart || at === methodEnd + 1) return undefined;
  const method = head.text.slice(0, methodEnd);
  const target = head.text.slice(methodEnd + 1, at);
  return beginsHttp2(method, target) ? undefined : { method, target, version: 'HTTP/1.1', form: 'usual' };
}

/** A line that does not end in `HTTP/1.x`. Servers answer such lines, too, if only by 400, and log them. */
function oddRequestLine(method: string, rest: string): RequestLine | undefined {
  const isKnown = registeredMethods.has(method);
  if (rest === '')
    return usualMethods.has(method) ? { method, target: '', version: 'HTTP/0.9', form: 'bare' } : undefined;
  if (onlyVersion.test(rest)) return { method, target: '', version: rest, form: isKnown ? 'odd' : 'bare' };
  const [, before = rest, version] = oddVersionEnd.exec(rest) ?? [];
  const target = words(before, 0, before.length);
  const isSimple = method === 'GET' && /^(\/|http:\/\/)/.test(target);
  if (version !== undefined) {
    // With the version of another protocol, only what that one would not say is a request.
    const meansHttp = usualMethods.has(method) ? /^HTTP/i.test(version) : /^HTTP\//i.test(version);
    const isRequest = isSimple || (meansHttp && (isKnown || isPath(target)));
    return isRequest ? { method, target, version, form: 'odd' } : undefined;
  }
  // IRC and others have these two with a host as well.
  const isHttpOnly = isKnown && method !== 'CONNECT' && method !== 'TRACE';
  if (!isSimple && (blanks.test(target) || !(isHttpOnly || isPath(target)))) return undefined;
  return { method, target, version: 'HTTP/0.9', form: isSimple ? 'simple' : 'bare' };
}

function beginsHttp2(method: string, target: string): boolean {
  return method === 'PRI' && target === '*';
}

/** Takes apart a request line whose end is missing: its target must be whole, so a version must have begun. */
export function parseCutRequestLine(text: string): RequestLine | undefined {
  const methodEnd = endOfToken(text, text.length);
  if (methodEnd <= 0 || methodEnd > maxMethodLength || !isSeparator(text.charCodeAt(methodEnd))) return undefined;
  let end = text.length;
  while (end > methodEnd && isSeparator(text.charCodeAt(end - 1))) end--;
  let start = end;
  while (start > methodEnd && !isSeparator(text.charCodeAt(start - 1))) start--;
  const method = text.slice(0, methodEnd);
  const target = words(text, methodEnd, start);
  const version = text.slice(start, end);
  if (target === '' || !cutVersion.test(version) || beginsHttp2(method, target)) return undefined;
  if (!registeredMethods.has(method) && !isPath(target)) return undefined;
  return { method, target, version: isUsualVersion(version) ? version : '', form: 'usual' };
}

/** Whether a target has a form that hardly anything but HTTP has. */
export function isPath(target: string): boolean {
  return /^(\/|https?:\/\/|\*$)/i.test(target);
}

function endOfToken(text: string, end: number): number {
  let at = 0;
  while (at < end && isTokenByte(text.charCodeAt(at))) at++;
  return at;
}

/** `text[start, end)` without the separators around it. */
function words(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isSeparator(text.charCodeAt(from))) from++;
  while (to > from && isSeparator(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}
