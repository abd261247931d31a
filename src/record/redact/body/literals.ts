const doubleQuote = 0x22;
const backslash = 0x5c;
/** Of GraphQL, TOML and Python. JSON never has three of them. */
const blockQuote = '"""';

/** The index after the closing quote of the string that begins here, or the end of the text. */
export function stringEnd(text: string, start: number): number {
  if (text.startsWith(blockQuote, start)) {
    const end = text.indexOf(blockQuote, start + blockQuote.length);
    return end < 0 ? text.length : end + blockQuote.length;
  }
  const quote = text.charCodeAt(start);
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === backslash) at++;
  }
  return text.length;
}

/** The index after the bracket that closes the object or list that begins here, or the end of the text. */
export function nestedEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === doubleQuote) {
      at = stringEnd(text, at);
      continue;
    }
    const char = text[at] ?? '';
    if (opens(char)) depth++;
    if (closes(char)) depth--;
    at++;
    if (depth === 0) return at;
  }
  return text.length;
}

export function opens(char: string): boolean {
  return char === '{' || char === '[' || char === '(';
}

export function closes(char: string): boolean {
  return char === '}' || char === ']' || char === ')';
}

/** Whether a string has its closing quote. */
export function isClosed(token: string): boolean {
  // Without it, the end of the text is the end of the string, whatever follows.
  return stringEnd(`${token} `, 0) === token.length;
}

/** The content of a string, also of one that was cut off or that holds what JSON does not allow. */
export function unquote(token: string): string {
  if (token.startsWith(blockQuote)) {
    return token.slice(blockQuote.length, isClosed(token) ? -blockQuote.length : undefined);
  }
  const inner = token.slice(1, isClosed(token) ? -1 : undefined);
  if (!inner.includes('\\')) return inner;
  return inner.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|u[0-9a-f]{0,3}$|([\s\S]))?/gi, unescaped);
}

function unescaped(_: string, ...[unit, byte, char]: (string | undefined)[]): string {
  const hex = unit ?? byte;
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  if (char === undefined) return '';
  const place = 'bfnrt'.indexOf(char);
  return place < 0 ? char : ('\b\f\n\r\t'[place] ?? '');
}

/** Where a pattern matches first from here on, or the end of the text. */
export function endOf(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start;
  return pattern.exec(text)?.index ?? text.length;
}

export function skipSpace(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) <= 0x20) at++;
  return at;
}
