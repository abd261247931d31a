import { isDigit } from './characters.ts';
import type { HeadText } from './head-text.ts';
import { KnownText } from './known-text.ts';

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
const digit0 = 0x30;
const usualStart = new KnownText('HTTP/1.1 ');
/** With a space or the end of the line behind the digits. */
const usualStatusLine = /^(HTTP\/\d\.\d) (\d{3})(?=[ \r\n]|$)/;
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
  const [, version, digits] = usualStatusLine.exec(text) ?? [];
  if (version !== undefined) return statusLine(Number(digits), version);
  const [, oddVersion, oddDigits] = oddStatusLine.exec(text) ?? [];
  if (oddVersion !== undefined) return { status: Number(oddDigits), version: oddVersion, isUsual: false };
  const [unread] = unreadable.exec(text) ?? [];
  return unread === undefined
    ? undefined
    : { status: undefined, version: unread.slice(0, maxVersionLength), isUsual: false };
}

/** The same for what nearly all lines begin with: the usual version, a space, three digits, and a space or a CR. */
export function parseUsualStatusLine(head: HeadText): StatusLine | undefined {
  if (!head.isAt(0, usualStart)) return undefined;
  const at = usualStart.length;
  const hundreds = head.byte(at);
  const tens = head.byte(at + 1);
  const ones = head.byte(at + 2);
  if (!isDigit(hundreds) || !isDigit(tens) || !isDigit(ones)) return undefined;
  const behind = head.byte(at + 3);
  if (behind !== space && behind !== carriageReturn) return undefined;
  return statusLine((hundreds - digit0) * 100 + (tens - digit0) * 10 + (ones - digit0), 'HTTP/1.1');
}

function statusLine(status: number, version: string): StatusLine {
  return { status, version, isUsual: status >= 100 && status < 600 };
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
