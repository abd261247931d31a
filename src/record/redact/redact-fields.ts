import { redactionMark } from './redact-params.ts';
import type { NameTest } from './secret-names.ts';

const field = /(?<![\w.[\]%-])(["']?)([\w.[\]%-]+)\1[ \t]*[:=][ \t]*(?=[^\s])/g;
const lineEndPattern = /[\r\n]/g;
const blockPattern = /[|>][-+0-9]*[ \t]*(?:\r?\n(?:[ \t].*|[ \t]*(?=\r?\n)))+/y;
const codeEnd = /[\r\n"'<>]/g;

/**
 * Redacts `name: value` and `name = value` in text of any other kind (YAML, GraphQL, scripts, logs): a quoted value to
 * its closing quote, any other to the end of its line, in source code and markup (`code`) no further than the next
 * quote or bracket.
 */
export function redactFields(text: string, isSecretName: NameTest, code: boolean): string {
  let redacted = '';
  let copied = 0;
  field.lastIndex = 0;
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    if (!isSecretName(match[2] ?? '')) continue;
    const start = match.index + match[0].length;
    const quote = text[start];
    const quoted = quote === '"' || quote === "'";
    if (text.startsWith(redactionMark, quoted ? start + 1 : start)) continue;
    const end = quoted ? quotedEnd(text, start, quote) : code ? bareEnd(text, start, codeEnd) : lineEnd(text, start);
    redacted += text.slice(copied, start) + (quoted ? quote + redactionMark + quote : redactionMark);
    copied = end;
    field.lastIndex = end;
  }
  return copied === 0 ? text : redacted + text.slice(copied);
}

function quotedEnd(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === quote) return at + 1;
    if (text[at] === '\\') at++;
  }
  return text.length;
}

/** The end of the line, or of the indented lines after it where the value is a block of YAML. */
function lineEnd(text: string, start: number): number {
  blockPattern.lastIndex = start;
  return blockPattern.test(text) ? blockPattern.lastIndex : bareEnd(text, start, lineEndPattern);
}

function bareEnd(text: string, start: number, end: RegExp): number {
  end.lastIndex = start;
  const match = end.exec(text);
  return match === null ? text.length : match.index;
}
