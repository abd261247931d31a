import {
  anyVersion,
  isTokenByte,
  isUsualVersion,
  isWholeMethod,
  maxMethodLength,
  parseRequestLine,
  type RequestLine,
  usualMethods,
} from './start-line.ts';

/** Whether bytes are the start of something: `more` means that the bytes so far do not decide it. */
export type Verdict = 'yes' | 'no' | 'more';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const colon = 0x3a;
/** A longer word is not taken for the name of a field. */
const maxNameLength = 64;
/** No other protocol has such lines. */
const longLine = 8 * 1024;
/** Enough of a status line to tell: its version, spaces and status. */
const statusLength = 64;

const anyStatus = new RegExp(`^${anyVersion} +\\d{3}\\D`);
const anyStatusStart = new RegExp(`^${anyVersion}( +\\d{0,3})?$`);
const statusLineStart = Buffer.from('HTTP/');
const icyStart = Buffer.from('ICY ');
const http2Preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** A whole line `TOKEN target HTTP/1.x`, or one that stands for it in some other way. However long the line, it is waited for. */
export function looksLikeRequest(bytes: Buffer, start: number, end: number): Verdict {
  const line = requestLine(bytes, start, end);
  if (line === 'no' || line === 'more') return line;
  if (line.form !== 'bare') return 'yes';
  const behind = start + bytes.subarray(start, end).indexOf(lineFeed) + 1;
  return looksLikeFields(bytes.toString('latin1', behind, Math.min(end, behind + maxNameLength + 1)), 0);
}

/** The same for the first bytes of a connection: a very long line that begins like a usual request is believed before its end. */
export function looksLikeFirstRequest(bytes: Buffer, start: number, end: number): Verdict {
  const verdict = looksLikeRequest(bytes, start, end);
  if (verdict !== 'more' || end - start < longLine) return verdict;
  const [, method = ''] = /^([A-Z]+) (?:\/|https?:)/.exec(bytes.toString('latin1', start, start + statusLength)) ?? [];
  return usualMethods.has(method) ? 'yes' : 'more';
}

/** The same where bytes before are missing: what is left of a longer line is none. */
export function looksLikeWholeRequest(bytes: Buffer, start: number, end: number): Verdict {
  const line = requestLine(bytes, start, end);
  if (line === 'no') return line;
  if (line !== 'more') return isWholeRequestLine(line) ? 'yes' : 'no';
  const methodEnd = bytes.subarray(start, end).indexOf(space);
  // More may make a whole method of it: `T` of `TRACE`.
  if (methodEnd < 0) return /^[A-Z_-]+$/.test(bytes.toString('latin1', start, end)) ? 'more' : 'no';
  return isWholeMethod(bytes.toString('latin1', start, start + methodEnd)) ? 'more' : 'no';
}

/** Whether nothing is missing in front of a request line, as far as that can be told from it: only of the usual form it can. */
export function isWholeRequestLine({ method, protocol }: Pick<RequestLine, 'method' | 'protocol'>): boolean {
  return isWholeMethod(method) && isUsualVersion(protocol) && protocol !== 'HTTP/0.9';
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
  if (at === start || bytes[at] !== space) return 'no';
  const lineEnd = bytes.subarray(at, end).indexOf(lineFeed);
  if (lineEnd < 0) return 'more';
  const line = bytes.toString('latin1', start, at + lineEnd);
  return parseRequestLine(line, line.length) ?? 'no';
}

/** A version, spaces and a three-digit status: for where a status line is due. */
export function looksLikeResponse(bytes: Buffer, start: number, end: number): Verdict {
  let prefix = startsLike(bytes, start, end, statusLineStart);
  if (prefix === 'no') prefix = startsLike(bytes, start, end, icyStart);
  if (prefix !== 'yes') return prefix;
  const text = bytes.toString('latin1', start, Math.min(end, start + statusLength));
  if (anyStatus.test(text)) return 'yes';
  return anyStatusStart.test(text) ? 'more' : 'no';
}

/** `HTTP/1.x` and a three-digit status: anywhere else. */
export function looksLikeWholeResponse(bytes: Buffer, start: number, end: number): Verdict {
  const prefix = startsLike(bytes, start, end, statusLineStart);
  if (prefix !== 'yes') return prefix;
  const text = bytes.toString('latin1', start, Math.min(end, start + statusLength));
  if (/^HTTP\/\d\.\d +\d{3}\D/.test(text)) return 'yes';
  return /^HTTP\/(\d(\.(\d( +(\d{0,3})?)?)?)?)?$/.test(text) ? 'more' : 'no';
}

/** The client connection preface (RFC 9113, section 3.4). */
export function looksLikeHttp2(bytes: Buffer, start: number, end: number): Verdict {
  return startsLike(bytes, start, end, http2Preface);
}

/** The header of a TLS record: handshake, or in an older connection anything else (RFC 8446, section 5.1). */
export function looksLikeTls(bytes: Buffer, start: number, end: number): Verdict {
  const type = bytes[start] as number;
  if (end === start) return 'more';
  if (type < 0x14 || type > 0x17) return 'no';
  if (end - start < 5) return end - start > 1 && bytes[start + 1] !== 3 ? 'no' : 'more';
  const length = bytes.readUInt16BE(start + 3);
  const isRecord = bytes[start + 1] === 3 && (bytes[start + 2] as number) <= 4 && length > 0 && length <= 0x4800;
  return isRecord ? 'yes' : 'no';
}

/**
 * A message of Fluentd's Forward protocol (MessagePack): an array of two to four whose first element is a text, the tag
 * or a greeting. It may carry anything, logged HTTP too.
 */
export function looksLikeForward(bytes: Buffer, start: number, end: number): Verdict {
  if (end === start) return 'more';
  const array = bytes[start] as number;
  if (array < 0x92 || array > 0x94) return 'no';
  if (end - start < 2) return 'more';
  const text = bytes[start + 1] as number;
  return (text > 0xa0 && text <= 0xbf) || text === 0xd9 || text === 0xda ? 'yes' : 'no';
}

/** Whether `bytes[start, end)` begins with `prefix`, as far as it is there. */
export function startsLike(bytes: Buffer, start: number, end: number, prefix: Buffer): Verdict {
  const length = Math.min(end - start, prefix.length);
  for (let at = 0; at < length; at++) if (bytes[start + at] !== prefix[at]) return 'no';
  return length === prefix.length ? 'yes' : 'more';
}
