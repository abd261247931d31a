import { redactionMark } from '../redact-params.ts';
import type { NameTest } from '../secret-names.ts';
import { closes, endOf, nestedEnd, opens } from './literals.ts';

/** Where `name: value` was found. */
export type FieldsKind =
  /** Text of its own: a value may last until the end of its line. */
  | 'text'
  /** Source code and markup: no value is longer than to the next quote or bracket. */
  | 'code'
  /** A value of something else, which may be a sentence for people: `wrong password: try again`. */
  | 'prose';

/** A name, which may be quoted, also within a quoted text and in a list; `=>` and `->` are of Ruby, PHP and Perl. */
const field = new RegExp(
  [
    `(?:(?<![\\w.[\\]%-])|(?<=\\[)(?=\\\\{0,16}["']))`,
    `((?:\\\\{0,16}["'])?)([\\w.[\\]%-]+)\\1`,
    '(\\]?[ \\t]*(?::=|=>|->|[:=])[ \\t]*)',
    '(?=\\S|\\r?\\n(?:[ \\t]+\\S|- ))',
  ].join(''),
  'g',
);
const quotePattern = /(\\{0,16})(["'])/y;
const blockPattern = /(?:[|>][-+0-9]*[ \t]*)?(?:\r?\n(?:[ \t].*|[ \t]*(?=\r?\n)|- .*))+/y;
const codeEnd = /[\r\n"'<>;]/g;
/** A line that ends with a backslash continues on the next one. */
const lineEnd = '(?<!\\\\|\\\\\\r)[\\r\\n]';
const nextName = '["\']?[\\w.$-]+["\']?';
/** What follows a value: the end of the line, the next field, or in a list the bracket that closes it. */
const colonEnd = new RegExp(`${lineEnd}|[,;][ \\t]*(?:${nextName}:[ \\t]|["'][\\w.$-]+["'][ \\t]*:)`, 'g');
const equalsEnd = new RegExp(
  `${lineEnd}|(?<![;\\s])[ \\t]+${nextName}=|,[ \\t]*${nextName}[ \\t]*=|[;&][\\w.%[\\]-]+=`,
  'g',
);
const listEnd = new RegExp(`${lineEnd}|[,;][ \\t]*${nextName}[ \\t]*[:=]|[)}\\]](?=[\\s,;.)}\\]"']|$)`, 'g');
const lineStart = /(?:^|[\r\n])[ \t]*(?:- +)*$/;
const listBefore = /[{(,[][ \t\r\n]*$/;
/** How far back of a name is looked for what it stands in. */
const maxBefore = 64;
const sentence = /^[a-z'’]+(?:[ ,]+[a-z'’]+)+[.!?]?$/i;

/** Redacts `name: value` and `name = value` in text of any kind: a quoted value to its closing quote. */
export function redactFields(text: string, isSecretName: NameTest, kind: FieldsKind): string {
  let redacted = '';
  let copied = 0;
  field.lastIndex = 0;
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    const [whole, , name = '', separator = ''] = match;
    if (!isSecretName(name)) continue;
    const before = text.slice(Math.max(0, match.index - maxBefore), match.index);
    // Parameters of a URL end elsewhere (`redact-params.ts`).
    if (separator === '=' && /[?&]$/.test(before)) continue;
    const start = match.index + whole.length;
    quotePattern.lastIndex = start;
    const [opening = '', escapes = '', quote = ''] = quotePattern.exec(text) ?? [];
    if (text.startsWith(redactionMark, start + opening.length)) continue;
    const end =
      quote === '' ? bareEnd({ text, separator, start, before }, kind) : quotedEnd(text, start, { escapes, quote });
    if (end <= start || (kind === 'prose' && !lineStart.test(before) && sentence.test(text.slice(start, end))))
      continue;
    redacted += text.slice(copied, start) + opening + redactionMark + opening;
    copied = end;
    field.lastIndex = end;
  }
  return copied === 0 ? text : redacted + text.slice(copied);
}

/** A quote within the value has a backslash before it, more than its own quotes have, or is doubled. */
function quotedEnd(
  text: string,
  start: number,
  { escapes, quote }: { readonly escapes: string; readonly quote: string },
) {
  let backslashes = 0;
  for (let at = start + escapes.length + 1; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') {
      backslashes++;
      continue;
    }
    const isQuote = char === quote && (escapes === '' ? backslashes % 2 === 0 : backslashes <= escapes.length);
    backslashes = 0;
    if (!isQuote) continue;
    if (escapes !== '' || text[at + 1] !== quote) return at + 1;
    at++;
  }
  return text.length;
}

type BareValue = {
  readonly text: string;
  readonly separator: string;
  readonly start: number;
  readonly before: string;
};

function bareEnd(value: BareValue, kind: FieldsKind): number {
  const end = unquotedEnd(value, kind);
  // `"name: value"`
  const quote = value.before.at(-1) ?? '';
  const closing = quote === '"' || quote === "'" ? value.text.slice(value.start, end).indexOf(quote) : -1;
  return closing < 0 ? end : value.start + closing;
}

function unquotedEnd({ text, separator, start, before }: BareValue, kind: FieldsKind): number {
  const first = text[start] ?? '';
  if (kind === 'prose' && closes(first)) return start;
  if (opens(first) && first !== '(') return nestedEnd(text, start);
  if (kind === 'code') return first === '\r' || first === '\n' ? start : endOf(codeEnd, text, start);
  blockPattern.lastIndex = start;
  if (lineStart.test(before) && blockPattern.test(text)) return blockPattern.lastIndex;
  if (first === '\r' || first === '\n') return start;
  if (listBefore.test(before)) return endOf(listEnd, text, start);
  return endOf(separator.includes('=') ? equalsEnd : colonEnd, text, start);
}
