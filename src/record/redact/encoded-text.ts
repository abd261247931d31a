const percent = 0x25;
const backslash = 0x5c;

/**
 * Reads a text character by character, percent-decoded as often as each is encoded: `%253D` is an encoded `%3D`, which
 * is an encoded `=`.
 */
export class EncodedText {
  readonly text: string;
  /** Where the character begins that is looked at. */
  at = 0;
  code = 0;
  /** Where the one behind it begins. */
  next = 0;
  /** How many backslashes stand directly before it, and where they begin. */
  slashes = 0;
  slashesStart = 0;

  constructor(text: string) {
    this.text = text;
    this.moveTo(0);
  }

  get isOver(): boolean {
    return this.at >= this.text.length;
  }

  moveTo(at: number): void {
    this.slashes = 0;
    this.slashesStart = at;
    this.#look(at);
  }

  read(): void {
    const { next } = this;
    if (this.code === backslash) {
      this.slashes++;
    } else {
      this.slashes = 0;
      this.slashesStart = next;
    }
    this.#look(next);
  }

  /** Moves over white space in a text or a query, where `+` is a space. */
  skipSpace(): void {
    while (isSpace(this.code) && !this.isOver) this.read();
  }

  #look(at: number): void {
    const { text } = this;
    this.at = at;
    this.next = at + 1;
    this.code = text.charCodeAt(at);
    if (this.code !== percent) return;
    const digits = skipEncodedPercents(text, at + 1);
    const byte = hexByte(text, digits);
    if (byte < 0) return;
    this.code = byte;
    this.next = digits + 2;
  }
}

export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x2b || (code >= 0x09 && code <= 0x0d);
}

/** Of `%253D`: the index of the `3D`. */
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
