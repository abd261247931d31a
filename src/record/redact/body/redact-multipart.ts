import { decodeText } from '../../text.ts';
import { redactionMark } from '../redact-params.ts';
import type { NameTest } from '../secret-names.ts';
import type { Content } from './rules.ts';

const firstBoundary = /(?:^|\n)--([^\r\n]+?)[ \t]*\r?\n/;
const headEndPattern = /\r?\n\r?\n/;
const headerLine = /^([\w-]+)[ \t]*:[ \t]*(.*(?:\r?\n[ \t].*)*)/gm;
/** A name that was cut off counts as far as it goes. */
const namePattern = /;\s*name\*?\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;\s]*))/i;
/** Of `name*=UTF-8''...` (RFC 5987). */
const charsetPattern = /^[^']*'[^']*'/;
const fileName = /;\s*filename\*?\s*=/i;
const softLineEnd = /=[ \t]*\r?\n/g;
const quotedByte = /=([0-9a-f]{2})/gi;

/** What stands in a record for the content of an uploaded file that is not text. */
export const fileLeftOut = '[file]';

/** What becomes of the content of a part. */
export type PartRules = {
  /** Replaced if its name is one of these. */
  readonly isSecretName: NameTest;
  /** Left out if it is a file of another type. */
  readonly isText: (type: string) => boolean;
  readonly redactContent: (content: Content, type: string) => string;
  /** What stands around the parts, and heads of parts. */
  readonly redactText: (content: Content) => string;
};

/** Redacts parts (RFC 2046 section 5.1), such as those of `multipart/form-data`. The text may be cut off anywhere. */
export function redactMultipart({ text, cut }: Content, boundary: string | undefined, rules: PartRules): string {
  const delimiter = delimiterOf(text, boundary);
  let redacted = '';
  let start = 0;
  for (let at = nextDelimiter(text, delimiter, 0); at < text.length; at = nextDelimiter(text, delimiter, start)) {
    redacted += redactPart({ text: text.slice(start, at), cut: false }, rules) + delimiter;
    start = at + delimiter.length;
  }
  return redacted + redactPart({ text: text.slice(start), cut }, rules);
}

/** `--boundary`; where the head of the message names another one than the body has, that of the body. */
function delimiterOf(text: string, boundary: string | undefined): string {
  const named = `--${boundary}`;
  const isNamed = boundary !== undefined && nextDelimiter(text, named, 0) < text.length;
  const used = isNamed ? boundary : (firstBoundary.exec(text)?.[1] ?? boundary ?? '');
  return `--${used}`;
}

/** Where the next delimiter begins, which is at the start of a line, or the end of the text. */
function nextDelimiter(text: string, delimiter: string, from: number): number {
  if (from === 0 && text.startsWith(delimiter)) return 0;
  const at = text.indexOf(`\n${delimiter}`, from);
  return at < 0 ? text.length : at + 1;
}

function redactPart({ text, cut }: Content, rules: PartRules): string {
  const headEnd = headEndPattern.exec(text);
  if (headEnd === null) return rules.redactText({ text, cut });
  const start = headEnd.index + headEnd[0].length;
  const fields = headerFields(text.slice(0, start));
  const head = rules.redactText({ text: text.slice(0, start), cut: false });
  const content = text.slice(start);
  const lineEnd = /\r?\n$/.exec(content)?.[0] ?? '';
  const disposition = fields.get('content-disposition') ?? '';
  const name = namePattern.exec(disposition);
  if (rules.isSecretName((name?.[1] ?? name?.[2] ?? '').replace(charsetPattern, ''))) {
    return head + redactionMark + lineEnd;
  }
  const type = /[^;\s]*/.exec(fields.get('content-type') ?? 'text/plain')?.[0].toLowerCase() ?? '';
  const isParts = type.startsWith('multipart/');
  if (fileName.test(disposition) && !isParts && !rules.isText(type)) return head + fileLeftOut + lineEnd;
  const plain = content.slice(0, content.length - lineEnd.length);
  return head + redactEncoded({ text: plain, cut }, fields, (inner) => rules.redactContent(inner, type)) + lineEnd;
}

/** By lower-case names. */
function headerFields(head: string): ReadonlyMap<string, string> {
  return new Map(Array.from(head.matchAll(headerLine), ([, name = '', value = '']) => [name.toLowerCase(), value]));
}

/** The content of a part is undone of its transfer encoding (RFC 2045 section 6) where there is a secret in it. */
function redactEncoded(
  content: Content,
  fields: ReadonlyMap<string, string>,
  redact: (content: Content) => string,
): string {
  const encoding = (fields.get('content-transfer-encoding') ?? '').trim().toLowerCase();
  const decoded = encoding === 'base64' ? decodeBase64(content.text) : decodeQuoted(content.text, encoding);
  if (decoded === content.text) return redact(content);
  const redacted = redact({ ...content, text: decoded });
  return redacted === decoded ? content.text : redacted;
}

function decodeQuoted(text: string, encoding: string): string {
  if (encoding !== 'quoted-printable') return text;
  const bytes = text
    .replace(softLineEnd, '')
    .replace(quotedByte, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return decodeText(bytes);
}

function decodeBase64(text: string): string {
  return decodeText(Buffer.from(text, 'base64').toString('latin1'));
}
