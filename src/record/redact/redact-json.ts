import { redactionMark } from './redact-params.ts';
import type { NameTest } from './secret-names.ts';

/** What is left of a string inside of JSON when its secrets are taken out. */
export type StringRedactor = (text: string) => string;

const quote = 0x22;
const backslash = 0x5c;
const bareValueEnd = /[,}\]\s]/g;
const notSecret = /^(?:null|true|false)?$/;

/**
 * Replaces the values of keys with a secret name and passes every other string through `redactString`. It reads tokens,
 * not documents: the text may be cut off anywhere, hold several documents, or not be JSON at all.
 */
export function redactJson(text: string, isSecretName: NameTest, redactString: StringRedactor): string {
  let redacted = '';
  let copied = 0;
  const replace = (from: number, end: number, replacement: string) => {
    redacted += text.slice(copied, from) + replacement;
    copied = end;
  };
  for (let at = text.indexOf('"'); at >= 0; ) {
    const end = stringEnd(text, at);
    const colon = skipSpace(text, end);
    const content = unquote(text.slice(at, end));
    let next = end;
    if (text[colon] !== ':') {
      const plain = redactString(content);
      if (plain !== content) replace(at, end, JSON.stringify(plain));
    } else if (isSecretName(content)) {
      const value = skipSpace(text, colon + 1);
      next = valueEnd(text, value);
      if (!notSecret.test(text.slice(value, next))) replace(value, next, JSON.stringify(redactionMark));
    }
    at = text.indexOf('"', next);
  }
  return copied === 0 ? text : redacted + text.slice(copied);
}

/** The index after the closing quote, or the end of the text. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === backslash) at++;
  }
  return text.length;
}

function valueEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  if (first === '{' || first === '[') return nestedEnd(text, start);
  bareValueEnd.lastIndex = start;
  const match = bareValueEnd.exec(text);
  return match === null ? text.length : match.index;
}

/** The index after the bracket that closes the object or array that begins here, or the end of the text. */
function nestedEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; ) {
    const char = text[at];
    if (char === '"') {
      at = stringEnd(text, at);
      continue;
    }
    if (char === '{' || char === '[') depth++;
    if (char === '}' || char === ']') depth--;
    at++;
    if (depth === 0) return at;
  }
  return text.length;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) <= 0x20) at++;
  return at;
}

/** The content of a string token, also of one that was cut off or that holds what JSON does not allow. */
function unquote(token: string): string {
  if (!token.includes('\\')) return token.slice(1, token.length > 1 && token.endsWith('"') ? -1 : undefined);
  const inner = token.replace(/^"/, '').replace(/((?:^|[^\\])(?:\\\\)*)"$/, '$1');
  return inner.replace(/\\(?:u([0-9a-f]{4})|(.))?/gis, (_, hex: string | undefined, char: string | undefined) =>
    hex === undefined ? escaped(char) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function escaped(char: string | undefined): string {
  if (char === undefined) return '';
  const place = 'bfnrt'.indexOf(char);
  return place < 0 ? char : ('\b\f\n\r\t'[place] ?? '');
}
