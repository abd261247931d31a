import { redactionMark } from '../redact-params.ts';
import type { NameTest } from '../secret-names.ts';
import { Edits } from './edits.ts';

const separators = [',', ';', '\t', '|'] as const;
const firstLine = /^[^\r\n]*/;
const quotes = /^"|"$/g;

/** Redacts the columns of a table (RFC 4180) whose names, in the first line, are secret. */
export function redactCsv(text: string, isSecretName: NameTest): string {
  const head = firstLine.exec(text)?.[0] ?? '';
  const separator = separators.find((each) => head.includes(each)) ?? ',';
  const pattern = fieldPattern(separator);
  const edits = new Edits(text);
  const secret = new Set<number>();
  let row = 0;
  let column = 0;
  for (let at = 0; at < text.length; ) {
    pattern.lastIndex = at;
    const [whole = text[at] ?? '', field = '', end = ''] = pattern.exec(text) ?? [];
    if (row === 0 && isSecretName(field.replace(quotes, ''))) secret.add(column);
    else if (row > 0 && secret.has(column) && field !== '') edits.replace(at, at + field.length, redactionMark);
    at += Math.max(1, whole.length);
    if (end === separator) column++;
    else if (end !== '') [row, column] = [row + 1, 0];
  }
  return edits.result();
}

/** A field, which may be quoted, and what ends it. */
function fieldPattern(separator: string): RegExp {
  const other = `[^\\${separator}\\r\\n]`;
  return new RegExp(`((?!")${other}+|"(?:[^"]|"")*"?|)(\\${separator}|\\r\\n|\\r|\\n|$)`, 'y');
}
