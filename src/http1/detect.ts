import type { Verdict } from '../stream/verdict.ts';
import { isSeparator, isTokenByte } from './head/characters.ts';
import { isWholeMethod, registeredMethods, usualMethods } from './head/methods.ts';
import {
  isPath,
  maxMethodLength,
  parseCutRequestLine,
  parseRequestLine,
  type RequestLine,
} from './head/request-line.ts';
import { parseStatusLine, statusVerdict } from './head/status-line.ts';
import { isUsualVersion } from './head/version.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const colon = 0x3a;
/** Makes a lower-case letter of an upper-case one. */
const lowerCase = 0x20;
const letterH = 0x68;
const letterI = 0x69;
/** A longer word is not taken for the name of a field. */
const maxNameLength = 64;
/** No other protocol has such lines. */
const longLine = 8 * 1024;
/** Enough of a status line to tell: its version, spaces and status. */
const statusLength = 64;

const digitVersion = /^HTTP\/\d/i;

/**
 * A whole line `TOKEN target HTTP/1.x`, or one that stands for it in some other way. However long the line, it is
 * waited for.
 */
export function looksLikeRequest(bytes: Buffer, start: number, end: number): Verdict {
  const line = requestLine(bytes, start, end);
  if (line === 'no' || line === 'more') return line;
  return line.form === 'bare' ? fieldsBehind(bytes, start, end) : 'yes';
}

/**
 * The same for the first bytes of a connection: a very long line that begins like a usual request is believed before
 * its end.
 */
export function looksLikeFirstRequest(bytes: Buffer, start: number, end: number): Verdict {
  const verdict = looksLikeRequest(bytes, start, end);
  if (verdict !== 'more' || end - start < longLine) return verdict;
  const [, method = ''] = /^([A-Z]+) (?:\/|https?:)/.exec(bytes.toString('latin1', start, start + statusLength)) ?? [];
  return usualMethods.has(method) ? 'yes' : 'more';
}

/** A request line whose end is missing, with a whole target. */
export function looksLikeCutRequest(bytes: Buffer, start: number, end: number): boolean {
  return parseCutRequestLine(bytes.toString('latin1', start, end)) !== undefined;
}

/** A request line where bytes before are missing: what is left of a longer line is none. */
export function looksLikeWholeRequest(bytes: Buffer, start: number, end: number): Verdict {
  const line = requestLine(bytes, start, end);
  if (line === 'no') return line;
  if (line !== 'more') {
    if (isWholeUsual(line)) return 'yes';
    return isWholeOdd(line) ? fieldsBehind(bytes, start, end) : 'no';
  }
  const methodEnd = bytes.subarray(start, end).indexOf(space);
  // More may make a whole method of it: `T` of `TRACE`.
  if (methodEnd < 0) return /^[A-Z_-]+$/.test(bytes.toString('latin1', start, end)) ? 'more' : 'no';
  return isWholeMethod(bytes.toString('latin1', start, start + methodEnd)) ? 'more' : 'no';
}

/** What is asked for, in words. */
type Asked = Pick<RequestLine, 'method' | 'target' | 'version'>;

/**
 * Whether nothing is missing in front of a request line, as far as that can be told from it. One of an odd version must
 * have a known method, a path, and a field behind it, unless that was cut off.
 */
export function isWholeRequest(asked: Asked, hasFields: boolean): boolean {
  return isWholeUsual(asked) || (isWholeOdd(asked) && (hasFields || asked.version === ''));
}

function isWholeUsual({ method, target, version }: Asked): boolean {
  return target !== '' && isWholeMethod(method) && isUsualVersion(version) && version !== 'HTTP/0.9';
}

function isWholeOdd({ method, target, version }: Asked): boolean {
  const meansHttp = version === '' || (digitVersion.test(version) && version !== 'HTTP/0.9');
  return meansHttp && registeredMethods.has(method) && isWholeMethod(method) && isPath(target);
}

/** Whether a header line, or the empty line that ends a head, comes behind the first line. */
function fieldsBehind(bytes: Buffer, start: number, end: number): Verdict {
  const behind = start + bytes.subarray(start, end).indexOf(lineFeed) + 1;
  return looksLikeFields(bytes.toString('latin1', behind, Math.min(end, behind + maxNameLength + 1)), 0);
}

/** Whether a header line, or the empty line that ends a head, begins at `at`. */
export function looksLikeFields(text: string, at: number): Verdict {
  let end = at;
  while (end - at < maxNameLength && isTokenByte(text.charCodeAt(end))) end++;
  if (end >= text.length) return 'more';
  const code = text.charCodeAt(end);
  if (end > at) return code === colon ? 'yes' : 'no';
  if (code !== carriageReturn) return code === lineFeed ? 'yes' : 'no';
  if (end + 1 === text.length) return 'more';
  return text.charCodeAt(end + 1) === lineFeed ? 'yes' : 'no';
}

function requestLine(bytes: Buffer, start: number, end: number): RequestLine | 'no' | 'more' {
  let at = start;
  while (at < end && at - start <= maxMethodLength && isTokenByte(bytes[at] as number)) at++;
  if (at - start > maxMethodLength) return 'no';
  if (at === end) return 'more';
  if (at === start || !(isSeparator(bytes[at] as number) || bytes[at] === lineFeed)) return 'no';
  const lineEnd = bytes.subarray(at, end).indexOf(lineFeed);
  if (lineEnd < 0) return 'more';
  const line = bytes.toString('latin1', start, at + lineEnd);
  return parseRequestLine(line, line.length) ?? 'no';
}

/** A version, white space and a three-digit status: for the first bytes of a connection. */
export function looksLikeResponse(bytes: Buffer, start: number, end: number): Verdict {
  if (!mayBeStatusLine(bytes, start, end)) return 'no';
  return statusVerdict(bytes.toString('latin1', start, Math.min(end, start + statusLength)));
}

/** The same where a status line is due: one in which no status can be found is one, too, once it is whole. */
export function looksLikeDueResponse(bytes: Buffer, start: number, end: number): Verdict {
  const verdict = looksLikeResponse(bytes, start, end);
  if (verdict !== 'no' || !mayBeStatusLine(bytes, start, end)) return verdict;
  const text = bytes.toString('latin1', start, Math.min(end, start + statusLength));
  if (parseStatusLine(text) === undefined) return 'no';
  return bytes.subarray(start, end).includes(lineFeed) ? 'yes' : 'more';
}

/** `HTTP/1.x` and a three-digit status: anywhere else. */
export function looksLikeWholeResponse(bytes: Buffer, start: number, end: number): Verdict {
  const verdict = looksLikeResponse(bytes, start, end);
  if (verdict === 'no') return verdict;
  const text = bytes.toString('latin1', start, Math.min(end, start + statusLength));
  return digitVersion.test(text) || 'http/'.startsWith(text.toLowerCase()) ? verdict : 'no';
}

/** Whether nothing is missing in front of a status line. */
export function isWholeResponse(status: number | undefined, version: string): boolean {
  return status !== undefined && digitVersion.test(version);
}

function mayBeStatusLine(bytes: Buffer, start: number, end: number): boolean {
  if (start === end) return true;
  const first = (bytes[start] as number) | lowerCase;
  return first === letterH || first === letterI;
}

/** Where a message may begin: clients may send empty lines before a request (RFC 9112, section 2.2). */
export function afterEmptyLines(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === carriageReturn || bytes[at] === lineFeed)) at++;
  return at;
}
