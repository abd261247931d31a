import { isDigit } from './characters.ts';
import { isVersionAt, versionAt, versionLength } from './version.ts';

export type StatusLine = {
  /** Undefined if it could not be read. */
  readonly status: number | undefined;
  /** As sent, so mostly `HTTP/1.1`. */
  readonly version: string;
  /** The line is as the standard wants it, and its status is one of a known class. */
  readonly isUsual: boolean;
};

const space = 0x20;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;
/** What stands for a version in a status line of whatever kind. SHOUTcast servers say ICY. */
const anyVersion = String.raw`(HTTP(?:\/[^ \t\v\f\r\n]{0,27})?|ICY)`;
/** Any white space separates (RFC 9112, section 4), but a line does not end inside. */
const separators = String.raw`(?:[ \t\v\f]|\r(?!\n))+`;
/** Three digits, and no fourth: so clients read it. */
const oddStatusLine = new RegExp(`^${anyVersion}${separators}(\\d{3})(?!\\d)`, 'i');
/** Text that was meant as a status line, though no status can be found in it. */
const unreadable = /^(?:HTTP(?![a-z0-9_-])[^ \t\v\f\r\n]*|ICY(?=[ \t]))/i;
const maxVersionLength = 32;

/**
 * Takes apart the status line that `text` begins with (RFC 9112, section 4), as generously as clients do; `undefined`
 * if it was not meant as one.
 */
export function parseStatusLine(text: string): StatusLine | undefined {
  const status = usualStatus(text);
  if (status !== undefined) {
    return { status, version: versionAt(text, 0), isUsual: status >= 100 && status < 600 };
  }
  const [, oddVersion, digits] = oddStatusLine.exec(text) ?? [];
  if (oddVersion !== undefined) return { status: Number(digits), version: oddVersion, isUsual: false };
  const [version] = unreadable.exec(text) ?? [];
  return version === undefined
    ? undefined
    : { status: undefined, version: version.slice(0, maxVersionLength), isUsual: false };
}

/** The three digits of `HTTP/1.1 200`, with a space or the end of the line behind them. */
function usualStatus(text: string): number | undefined {
  if (!isVersionAt(text, 0) || text.charCodeAt(versionLength) !== space) return undefined;
  const at = versionLength + 1;
  const hundreds = text.charCodeAt(at);
  const tens = text.charCodeAt(at + 1);
  const ones = text.charCodeAt(at + 2);
  if (!isDigit(hundreds) || !isDigit(tens) || !isDigit(ones)) return undefined;
  const after = text.charCodeAt(at + 3);
  const isEnd = after === space || after === carriageReturn || after === lineFeed || at + 3 === text.length;
  if (!isEnd) return undefined;
  return (hundreds - 0x30) * 100 + (tens - 0x30) * 10 + (ones - 0x30);
}

/** `yes` when a status has been read, `more` as long as one may come. */
export function statusVerdict(text: string): 'yes' | 'no' | 'more' {
  if (wholeStatus.test(text)) return 'yes';
  return statusBegun.test(text) || 'http/'.startsWith(text.toLowerCase()) || 'icy '.startsWith(text.toLowerCase())
    ? 'more'
    : 'no';
}

const wholeStatus = new RegExp(`^${anyVersion}${separators}\\d{3}\\D`, 'i');
const statusBegun = new RegExp(`^${anyVersion}(?:${separators}\\d{0,3})?$`, 'i');
