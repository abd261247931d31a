import type { CapturedBody } from '../../exchange/exchange.ts';
import type { HeaderFields } from '../../http/header-fields.ts';
import { isTextType, parseContentType } from '../content-type.ts';
import type { BodyRedactor } from '../redact/body/redact-body.ts';
import { decodeCharset } from './charset.ts';
import { codingMark, contentCodings } from './content-codings.ts';

/**
 * Which bodies a record carries: none, those of the types that are text, or those of these types (`type/*` allowed).
 */
export type BodySelection =
  | { readonly kind: 'none' }
  | { readonly kind: 'text' }
  | { readonly kind: 'only'; readonly types: readonly string[] };

/**
 * Undoes one content coding (`gzip`, `deflate`, `br` or `zstd`) as far as the bytes go, at most `limit` bytes of
 * output; `truncated` when there would have been more. Undefined if nothing could be decoded, or if the coding is not
 * known.
 */
export type Decompress = (coding: string, bytes: Buffer, limit: number) => CapturedBody | undefined;

type Undo = (coding: string, bytes: Buffer) => CapturedBody | undefined;

/** What a body ends with of which more came than was kept. */
export const truncationMark = '…[truncated]';

const maxCodings = 4;
/** A control character that is no white space, or what is no character of the charset. */
const notText = /[^\P{Cc}\t\n\f\r]|\ufffd/u;
const asciiStart = /^\ufeff?(?:[\t\n\f\r -~]{4}|[\t\n\f\r -~]{1,3}$)/;
const defaultLimitBytes = 4096;

/**
 * Reads a captured body as text: decoded, redacted and marked if it was cut; the name of its coding in brackets if that
 * cannot be undone. Undefined if it is empty, binary, or not to be logged.
 */
export type BodyReader = (body: CapturedBody | undefined, headers: HeaderFields) => string | undefined;

export type BodyOptions = {
  readonly bodies: BodySelection;
  /** How much of a body a record carries at most, after decompression: 4 KiB if it is left out. */
  readonly bodyLimitBytes?: number;
  /** Without it, no coding is known. */
  readonly decompress?: Decompress | undefined;
};

export function createBodyReader(options: BodyOptions, redact: BodyRedactor | undefined): BodyReader {
  const { bodyLimitBytes = defaultLimitBytes, decompress = () => undefined } = options;
  const isWanted = selectTypes(options.bodies);
  const undo: Undo = (coding, bytes) => decompress(coding, bytes, bodyLimitBytes);
  return (body, headers) => {
    if (body === undefined || body.bytes.length === 0) return undefined;
    const contentType = parseContentType(headers.get('content-type') ?? '');
    if (!isWanted(contentType.type)) return undefined;
    const content = decodeContent({ body, headers, charset: contentType.charset }, undo);
    if (typeof content === 'string') return content;
    const text = decodeCharset(content.bytes, contentType.charset, content.truncated);
    if (text === '' || text.includes('\0')) return undefined;
    const plain = redact === undefined ? text : redact(text, contentType, content.truncated);
    return content.truncated ? plain + truncationMark : plain;
  };
}

function selectTypes(selection: BodySelection): (type: string) => boolean {
  if (selection.kind === 'none') return () => false;
  if (selection.kind === 'text') return isTextType;
  const types = new Set(selection.types.map((type) => type.toLowerCase()));
  return (type) => types.has(type) || types.has(`${type.slice(0, type.indexOf('/'))}/*`) || types.has('*/*');
}

type Coded = { readonly body: CapturedBody; readonly headers: HeaderFields; readonly charset: string | undefined };

/**
 * Undoes the content codings, the last one first (RFC 9110 section 8.4). What reads as text is not coded, whatever its
 * head says. Gives the mark of the coding that cannot be undone.
 */
function decodeContent({ body, headers, charset }: Coded, undo: Undo): CapturedBody | string {
  let content = body;
  for (const [undone, coding] of contentCodings(headers).entries()) {
    if (isCertainlyText(content, charset)) return content;
    const decoded = undone < maxCodings ? undo(coding, content.bytes) : undefined;
    if (decoded === undefined) return isText(content, charset) ? content : codingMark(coding);
    const truncated = decoded.truncated || content.truncated;
    if (decoded.bytes.length === 0) return truncated ? codingMark(coding) : decoded;
    content = { bytes: decoded.bytes, truncated };
  }
  return content;
}

/** Compressed bytes soon have a control character, or are no UTF-8. */
function isText({ bytes, truncated }: CapturedBody, charset = 'utf-8'): boolean {
  return !notText.test(decodeCharset(bytes, charset, truncated));
}

/**
 * In a charset in which nearly all bytes are characters, what was coded may read as text, too, and most of it does
 * where a coding stores what it cannot compress: what a text begins with is mostly ASCII.
 */
function isCertainlyText(content: CapturedBody, charset = 'utf-8'): boolean {
  if (!isText(content, charset)) return false;
  return /^utf-?8$/i.test(charset) || asciiStart.test(decodeCharset(content.bytes, charset, content.truncated));
}
