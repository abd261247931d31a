import { REDACTED } from './redact-params.ts';
import type { NameTest } from './secret-names.ts';

const FIELD = /(?<![\w.[\]%-])(["']?)([\w.[\]%-]+)\1[ \t]*[:=][ \t]*(?=[^\s])/g;
const LINE_END = /[\r\n]/g;
const BLOCK = /[|>][-+0-9]*[ \t]*(?:\r?\n(?:[ \t].*|[ \t]*(?=\r?\n)))+/y;
const CODE_END = /[\r\n"'<>]/g;

/**
 * Redacts `name: value` and `name = value` in text of any other kind (YAML, GraphQL, scripts, logs): a quoted value to its closing quote, any
 * other to the end of its line, in source code and markup (`code`) no further than the next quote or bracket.
 */
export function redactFields(text: string, isSecretName: NameTest, code: boolean): string {
  let redacted = '';
  let copied = 0;
  FIELD.lastIndex = 0;
  for (let match = FIELD.exec(text); match !== null; match = FIELD.exec(text)) {
    if (!isSecretName(match[2] ?? '')) continue;
    const start = match.index + match[0].length;
    const quote = text[start];
    const quoted = quote === '"' || quote === "'";
    if (text.startsWith(REDACTED, quoted ? start + 1 : start)) continue;
    const end = quoted ? quotedEnd(text, start, quote) : code ? bareEnd(text, start, CODE_END) : lineEnd(text, start);
    redacted += text.slice(copied, start) + (quoted ? quote + REDACTED + quote : REDACTED);
    copied = end;
    FIELD.lastIndex = end;
  }
  return copied === 0 ? text : redacted + text.slice(copied);
}

function quotedEnd(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === quote) return at + 1;
    if (text[at] === '\\') at += 1;
  }
  return text.length;
}

/** The end of the line, or of the indented lines after it where the value is a block of YAML. */
function lineEnd(text: string, start: number): number {
  BLOCK.lastIndex = start;
  return BLOCK.test(text) ? BLOCK.lastIndex : bareEnd(text, start, LINE_END);
}

function bareEnd(text: string, start: number, end: RegExp): number {
  end.lastIndex = start;
  const match = end.exec(text);
  return match === null ? text.length : match.index;
}
