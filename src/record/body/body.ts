import type { CapturedBody } from '../../exchange/exchange.ts';
import type { HeaderFields } from '../../http/header-fields.ts';
import type { BodyRedactor } from '../redact/redact-body.ts';
import { decodeCharset } from './charset.ts';
import { isTextType, parseContentType } from './content-type.ts';

/** Which bodies a record carries: none, those of the types that are text, or those of these types (`type/*` allowed). */
export type BodySelection =
  | { readonly kind: 'none' }
  | { readonly kind: 'text' }
  | { readonly kind: 'only'; readonly types: readonly string[] };

/**
 * Undoes one content coding (`gzip`, `deflate` or `br`) as far as the bytes go, at most `limit` bytes of output; `truncated` when there
 * would have been more. Undefined if nothing could be decoded.
 */
export type Decompress = (coding: string, bytes: Buffer, limit: number) => CapturedBody | undefined;

/** What a body ends with of which more came than was kept. */
export const TRUNCATED = '…[truncated]';

const MAX_CODINGS = 4;
const DEFAULT_LIMIT = 4096;

/** Reads a captured body as text: decoded, redacted and marked if it was cut; undefined if it is empty, binary, or not to be logged. */
export type BodyReader = (body: CapturedBody | undefined, headers: HeaderFields) => string | undefined;

export function createBodyReader(
  selection: BodySelection,
  redact: BodyRedactor | undefined,
  decompress: Decompress | undefined,
  limit: number = DEFAULT_LIMIT,
): BodyReader {
  const isWanted = selectTypes(selection);
  return (body, headers) => {
    if (body === undefined || body.bytes.length === 0) return undefined;
    const contentType = parseContentType(headers.get('content-type') ?? '');
    if (!isWanted(contentType.type)) return undefined;
    const content = decodeContent(body, headers, decompress, limit);
    if (content === undefined) return undefined;
    const text = decodeCharset(content.bytes, contentType.charset, content.truncated);
    if (text === '' || text.includes('\0')) return undefined;
    const plain = redact === undefined ? text : redact(text, contentType, content.truncated);
    return content.truncated ? plain + TRUNCATED : plain;
  };
}

function selectTypes(selection: BodySelection): (type: string) => boolean {
  if (selection.kind === 'none') return () => false;
  if (selection.kind === 'text') return isTextType;
  const types = new Set(selection.types.map((type) => type.toLowerCase()));
  return (type) => types.has(type) || types.has(`${type.slice(0, type.indexOf('/'))}/*`) || types.has('*/*');
}

/** Undoes the content codings, the last one first (RFC 9110 section 8.4). */
function decodeContent(
  body: CapturedBody,
  headers: HeaderFields,
  decompress: Decompress | undefined,
  limit: number,
): CapturedBody | undefined {
  const codings = contentCodings(headers);
  if (codings.length > MAX_CODINGS) return undefined;
  let content: CapturedBody | undefined = body;
  for (const coding of codings.reverse()) {
    if (content === undefined) return undefined;
    const decoded: CapturedBody | undefined = decompress?.(coding, content.bytes, limit);
    content = decoded && { bytes: decoded.bytes, truncated: decoded.truncated || content.truncated };
  }
  return content;
}

function contentCodings(headers: HeaderFields): string[] {
  return headers
    .all('content-encoding')
    .flatMap((value) => value.split(','))
    .map((coding) =>
      coding
        .trim()
        .toLowerCase()
        .replace(/^x-gzip$/, 'gzip'),
    )
    .filter((coding) => coding !== '' && coding !== 'identity');
}
