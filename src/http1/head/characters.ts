const space = 0x20;
const tab = 0x09;
const verticalTab = 0x0b;
const formFeed = 0x0c;
const carriageReturn = 0x0d;

/** Whether a byte may stand in a method or field name (RFC 9110, section 5.6.2). */
export function isTokenByte(byte: number): boolean {
  return tokenBytes[byte] === 1;
}

const tokenBytes = tableOf("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

/** For each byte, 1 if it is one of these characters. */
function tableOf(characters: string): ArrayLike<number> {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

/** White space that may surround a value: space, tab, and the CR of a line's end. */
export function isBlank(code: number): boolean {
  return code === space || code === tab || code === carriageReturn;
}

/** What may separate the words of a start line (RFC 9112, sections 3 and 4). */
export function isSeparator(code: number): boolean {
  return isBlank(code) || code === verticalTab || code === formFeed;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Without the white space around it, which is space and tab (RFC 9110, section 5.6.3), and CR. */
export function trimmed(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}
