import type { NameTest } from './secret-names.ts';

/** What stands in a record for a secret. */
export const redactionMark = '[redacted]';

/**
 * How far a value goes: in a `url` to the end of the parameter, in `text` that contains URLs also no further than white
 * space, quotes and angle brackets, in a `form` always to the next `&`.
 */
export type ParamsKind = 'url' | 'text' | 'form';

// `;` and `#` are separators only where another name follows: some servers take them as part of the value.
const valueEnds = {
  url: { path: /[/?]|[&;#](?=[\w.%[\]-]+=)/g, query: /&|[;#](?=[\w.%[\]-]+=)/g },
  text: { path: /[/?\s<>"]|[&;#](?=[\w.%[\]-]+=)/g, query: /[&\s<>"]|[;#](?=[\w.%[\]-]+=)/g },
  form: { path: /&/g, query: /&/g },
} as const;

/** The characters before a name: `?&;#/,` white space, quotes, brackets except `[`, which is part of names. */
const startsName: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  '?&;#/,\t\n\r "\'<>(){}|'.includes(String.fromCharCode(code)),
);

const percent = 0x25;
const equals = 0x3d;
const question = 0x3f;

/**
 * Replaces the values of all parameters with a secret name: after `?`, `&`, `;`, `#`, `/`, at the start, and inside of
 * other values (a URL in a URL), also where the separators are percent-encoded.
 */
export function redactParams(text: string, isSecretName: NameTest, kind: ParamsKind): string {
  if (!text.includes('=') && !text.includes('%')) return text;
  let redacted = '';
  let copied = 0;
  let nameStart = 0;
  let inQuery = kind === 'form';
  for (let at = 0; at < text.length; ) {
    let code = text.charCodeAt(at);
    let next = at + 1;
    if (code === question) inQuery = true;
    if (code === percent) {
      const digits = skipEncodedPercents(text, next);
      code = hexByte(text, digits);
      next = code < 0 ? next : digits + 2;
    }
    if (code === equals) {
      // At the end of the text stands no value, but the end of a hash or key in Base64.
      if (next < text.length && isSecretName(text.slice(nameStart, at))) {
        const end = valueEnd(text, next, valueEnds[kind][inQuery ? 'query' : 'path']);
        if (end > next) redacted += `${text.slice(copied, next)}${redactionMark}`;
        if (end > next) copied = end;
        next = end;
      }
      nameStart = next;
    } else if (startsName[code] === true) {
      nameStart = next;
    }
    at = next;
  }
  return copied === 0 ? text : redacted + text.slice(copied);
}

function valueEnd(text: string, from: number, end: RegExp): number {
  end.lastIndex = from;
  const match = end.exec(text);
  return match === null ? text.length : match.index;
}

/** `%253D` is an encoded `%3D`, which is an encoded `=`: the index of the `3D`. */
function skipEncodedPercents(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 0x32 && text.charCodeAt(at + 1) === 0x35 && hexByte(text, at + 2) >= 0) at += 2;
  return at;
}

/** The byte written as two hex digits, or -1. */
function hexByte(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at));
  const low = hexDigit(text.charCodeAt(at + 1));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
