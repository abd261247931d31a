import { REDACTED } from './redact-params.ts';
import type { NameTest } from './secret-names.ts';

const DISPOSITION = /^content-disposition[ \t]*:(.*(?:\r?\n[ \t].*)*)/im;
const PART_TYPE = /^content-type[ \t]*:[ \t]*([^;\s]*)/im;
const NAME = /;\s*name\*?\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;\s]*))/i;
/** Of `name*=UTF-8''...` (RFC 5987). */
const CHARSET = /^[^']*'[^']*'/;
const FILE_NAME = /;\s*filename\*?\s*=/i;
const HEAD_END = /\r?\n\r?\n/;

/** What stands in a record for the content of an uploaded file that is not text. */
export const FILE_LEFT_OUT = '[file]';

/**
 * Redacts a `multipart/form-data` body (RFC 7578): the content of parts with a secret name is replaced, that of files that are not text
 * is left out, any other goes through `redactContent`. The text may be cut off anywhere.
 */
export function redactMultipart(
  text: string,
  boundary: string,
  isSecretName: NameTest,
  redactContent: (content: string, type: string) => string,
  isText: (type: string) => boolean,
): string {
  return text
    .split(`--${boundary}`)
    .map((part) => redactPart(part, isSecretName, redactContent, isText))
    .join(`--${boundary}`);
}

function redactPart(
  part: string,
  isSecretName: NameTest,
  redactContent: (content: string, type: string) => string,
  isText: (type: string) => boolean,
): string {
  const headEnd = HEAD_END.exec(part);
  if (headEnd === null) return part;
  const start = headEnd.index + headEnd[0].length;
  const head = part.slice(0, start);
  const content = part.slice(start);
  const lineEnd = /\r?\n$/.exec(content)?.[0] ?? '';
  const disposition = DISPOSITION.exec(head)?.[1] ?? '';
  const name = NAME.exec(disposition);
  if (isSecretName((name?.[1] ?? name?.[2] ?? '').replace(CHARSET, ''))) return head + REDACTED + lineEnd;
  const type = (PART_TYPE.exec(head)?.[1] ?? 'text/plain').toLowerCase();
  if (FILE_NAME.test(disposition) && !isText(type)) return head + FILE_LEFT_OUT + lineEnd;
  return head + redactContent(content.slice(0, content.length - lineEnd.length), type) + lineEnd;
}
