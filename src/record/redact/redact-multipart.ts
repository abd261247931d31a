import { redactionMark } from './redact-params.ts';
import type { NameTest } from './secret-names.ts';

const dispositionPattern = /^content-disposition[ \t]*:(.*(?:\r?\n[ \t].*)*)/im;
const partType = /^content-type[ \t]*:[ \t]*([^;\s]*)/im;
const namePattern = /;\s*name\*?\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;\s]*))/i;
/** Of `name*=UTF-8''...` (RFC 5987). */
const charsetPattern = /^[^']*'[^']*'/;
const fileName = /;\s*filename\*?\s*=/i;
const headEndPattern = /\r?\n\r?\n/;

/** What stands in a record for the content of an uploaded file that is not text. */
export const fileLeftOut = '[file]';

/** What becomes of the content of a part. */
export type PartRules = {
  /** Replaced if its name is one of these. */
  readonly isSecretName: NameTest;
  /** Left out if it is a file of another type. */
  readonly isText: (type: string) => boolean;
  readonly redactContent: (content: string, type: string) => string;
};

/** Redacts a `multipart/form-data` body (RFC 7578). The text may be cut off anywhere. */
export function redactMultipart(text: string, boundary: string, rules: PartRules): string {
  return text
    .split(`--${boundary}`)
    .map((part) => redactPart(part, rules))
    .join(`--${boundary}`);
}

function redactPart(part: string, { isSecretName, isText, redactContent }: PartRules): string {
  const headEnd = headEndPattern.exec(part);
  if (headEnd === null) return part;
  const start = headEnd.index + headEnd[0].length;
  const head = part.slice(0, start);
  const content = part.slice(start);
  const lineEnd = /\r?\n$/.exec(content)?.[0] ?? '';
  const disposition = dispositionPattern.exec(head)?.[1] ?? '';
  const name = namePattern.exec(disposition);
  if (isSecretName((name?.[1] ?? name?.[2] ?? '').replace(charsetPattern, ''))) return head + redactionMark + lineEnd;
  const type = (partType.exec(head)?.[1] ?? 'text/plain').toLowerCase();
  if (fileName.test(disposition) && !isText(type)) return head + fileLeftOut + lineEnd;
  return head + redactContent(content.slice(0, content.length - lineEnd.length), type) + lineEnd;
}
