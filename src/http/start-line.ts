export type RequestLine = {
  readonly method: string;
  /** Request target, byte for byte as sent. */
  readonly target: string;
  /** As sent, so mostly `HTTP/1.1`; `HTTP/0.9` for a request line without a version. */
  readonly protocol: string;
  /**
   * `simple`: `GET /path`, which is a whole request in HTTP/0.9. `bare`: any other line without a version, which is one only if header lines or
   * the end of a head come behind it.
   */
  readonly form: 'versioned' | 'simple' | 'bare';
};

export type StatusLine = {
  readonly status: number;
  /** As sent, so mostly `HTTP/1.1`. */
  readonly protocol: string;
};

/** The longest registered method, UPDATEREDIRECTREF, has 17 letters. */
export const maxMethodLength = 32;

const space = 0x20;
const tab = 0x09;
const carriageReturn = 0x0d;
/** `HTTP/1.1` */
const versionLength = 8;
/** What stands for a version in a status line of whatever kind. SHOUTcast servers say ICY. */
export const anyVersion = String.raw`(?:HTTP\/[^ \r\n]{0,27}|ICY)`;
const oddVersionStart = new RegExp(`^${anyVersion} `);
/** A target, and what stands for a version behind it: the last word that may be meant as one, with all that follows. */
const oddVersionEnd = /^(.*)[ \t](HTTP(?![a-z]).*|[a-z]+\/\S*)$/is;
/** The methods that are known by themselves. Not TRACE and CONNECT, which IRC and others have as well. */
export const usualMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']);

/** Takes apart the request line `text[0, lineEnd)` (RFC 9112, section 3); `undefined` if it is none. A target may contain white space. */
export function parseRequestLine(text: string, lineEnd: number): RequestLine | undefined {
  const methodEnd = text.indexOf(' ');
  if (methodEnd <= 0 || methodEnd > maxMethodLength || !isToken(text, methodEnd)) return undefined;
  let end = lineEnd;
  while (end > methodEnd && isBlank(text.charCodeAt(end - 1))) end--;
  const versionStart = end - versionLength;
  const hasVersion =
    versionStart > methodEnd && isBlank(text.charCodeAt(versionStart - 1)) && isVersion(text, versionStart);
  const method = text.slice(0, methodEnd);
  if (!hasVersion) return parseOddRequestLine(method, trimmed(text, methodEnd, end));
  const target = trimmed(text, methodEnd, versionStart);
  return target === '' ? undefined : { method, target, protocol: text.slice(versionStart, end), form: 'versioned' };
}

/** A line that does not end in `HTTP/1.x`. Servers answer such lines, too, if only by 400. */
function parseOddRequestLine(method: string, rest: string): RequestLine | undefined {
  if (!usualMethods.has(method)) return undefined;
  const [, before = rest, version] = oddVersionEnd.exec(rest) ?? [];
  const target = trimmed(before, 0, before.length);
  const isSimple = method === 'GET' && /^(\/|http:\/\/)/.test(target);
  if (version !== undefined) {
    // With the version of another protocol, only what that one would not say is a request.
    return isSimple || /^HTTP/i.test(version) ? { method, target, protocol: version, form: 'versioned' } : undefined;
  }
  if (!isSimple && !/^(?!HTTP\/\d)\S+$/i.test(target)) return undefined;
  return { method, target, protocol: 'HTTP/0.9', form: isSimple ? 'simple' : 'bare' };
}

/** Whether a version has the form `HTTP/1.1`. */
export function isUsualVersion(protocol: string): boolean {
  return protocol.length === versionLength && isVersion(protocol, 0);
}

/** Whether a method is whole: one that was cut off in front, because the bytes before it are missing, mostly shows it. */
export function isWholeMethod(method: string): boolean {
  return /^[A-Z][A-Z_-]*$/.test(method) && !commonMethods.some((whole) => whole !== method && whole.endsWith(method));
}

const commonMethods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'CONNECT', 'TRACE', 'PROPFIND'];

/** Takes apart the status line that `text` begins with (RFC 9112, section 4); `undefined` if it is none. */
export function parseStatusLine(text: string): StatusLine | undefined {
  const isUsual = isVersion(text, 0) && text.charCodeAt(versionLength) === space;
  const versionEnd = isUsual ? versionLength : (oddVersionStart.exec(text)?.[0].length ?? 0) - 1;
  if (versionEnd < 0) return undefined;
  let at = versionEnd;
  while (text.charCodeAt(at) === space) at++;
  const status = statusAt(text, at);
  return status === undefined ? undefined : { status, protocol: text.slice(0, versionEnd) };
}

/** Whether a byte may stand in a method or field name (RFC 9110, section 5.6.2). */
export function isTokenByte(byte: number): boolean {
  return tokenBytes[byte] === 1;
}

const tokenBytes = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  tokenBytes[character.charCodeAt(0)] = 1;
}

/** White space that may surround a value: space, tab, and the CR of a line's end. */
export function isBlank(code: number): boolean {
  return code === space || code === tab || code === carriageReturn;
}

export function trimmed(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isToken(text: string, end: number): boolean {
  for (let at = 0; at < end; at++) if (!isTokenByte(text.charCodeAt(at))) return false;
  return true;
}

/** `HTTP/1.1`, also with other digits. */
function isVersion(text: string, start: number): boolean {
  return (
    text.startsWith('HTTP/', start) &&
    isDigit(text.charCodeAt(start + 5)) &&
    text.charCodeAt(start + 6) === 0x2e &&
    isDigit(text.charCodeAt(start + 7))
  );
}

/** Three digits, and no fourth. */
function statusAt(text: string, at: number): number | undefined {
  const hundreds = text.charCodeAt(at);
  const tens = text.charCodeAt(at + 1);
  const ones = text.charCodeAt(at + 2);
  if (!isDigit(hundreds) || !isDigit(tens) || !isDigit(ones) || isDigit(text.charCodeAt(at + 3))) return undefined;
  return (hundreds - 0x30) * 100 + (tens - 0x30) * 10 + (ones - 0x30);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
