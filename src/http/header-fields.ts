import { HeaderField } from './header-field.ts';
import { KnownLines, nameBit } from './known-lines.ts';
import { trimmed } from './start-line.ts';

const space = 0x20;
const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** What a field costs beside its text, about. */
const fieldBytes = 64;

const knownLines = { request: new KnownLines(), response: new KnownLines() };

/** The header fields of one head, in order. Lines without a colon are left out. */
export class HeaderFields {
  /** Offset in the text behind the empty line that ends the head; -1 if the text ends before. */
  readonly end: number;
  /** Length of the whole head, or of what there is of it. */
  readonly size: number;
  readonly fields: readonly HeaderField[];
  readonly #textLength: number;
  /** The bits of all names: most fields that somebody asks for are not there. */
  readonly #names: number;

  /** `text` holds header lines from `start` on. */
  constructor(text: string, start: number, kind: 'request' | 'response' = 'request') {
    const fields: HeaderField[] = [];
    this.fields = fields;
    this.#textLength = text.length;
    const known = knownLines[kind];
    let before = known.start;
    let names = 0;
    let colon = -1;
    let at = start;
    for (; at < text.length && !isEndAt(text, at); ) {
      const expected = before.next;
      if (expected?.field !== undefined) {
        const next = at + expected.text.length;
        if (isAt(text, at, expected.text) && !isFoldAt(text, next)) {
          expected.name.hits++;
          names |= expected.name.bit;
          fields.push(expected.field);
          before = expected;
          at = next;
          continue;
        }
      }
      const lineEnd = endOfLine(text, at);
      const end = isFoldAt(text, lineEnd + 1) ? fieldEnd(text, lineEnd + 1) : lineEnd;
      const isExpected = expected !== undefined && isAt(text, at, expected.name.text);
      if (isExpected) colon = at + expected.name.text.length - 1;
      else if (colon < at) colon = orEnd(text.indexOf(':', at), text);
      if (colon > at && colon < end) {
        const name = isExpected ? expected.name : known.name(text, at, colon + 1);
        names |= name.bit;
        const isWhole = end === lineEnd && end < text.length;
        const line = isWhole ? known.line(name, text, at, end + 1) : undefined;
        fields.push(line?.field ?? new HeaderField(name.name, unfolded(trimmed(text, colon + 1, end))));
        const next = line ?? name.anyLine;
        if (next !== undefined) before.next = next;
        before = next ?? known.stranger;
      }
      at = end + 1;
    }
    this.#names = names;
    this.end = at < text.length ? endAt(text, at) : -1;
    this.size = this.end < 0 ? text.length : this.end;
  }

  /** About what it takes to keep this. */
  get heldBytes(): number {
    return this.#textLength + this.fields.length * fieldBytes;
  }

  /** The first field with this lower-case name. */
  field(name: string): HeaderField | undefined {
    if ((this.#names & nameBit(name)) === 0) return undefined;
    for (const field of this.fields) if (field.name === name) return field;
    return undefined;
  }

  /** The value of the first field with this lower-case name. */
  get(name: string): string | undefined {
    return this.field(name)?.value;
  }

  /** The values of all fields with this lower-case name. */
  all(name: string): readonly string[] {
    if ((this.#names & nameBit(name)) === 0) return noValues;
    let values: string[] | undefined;
    for (const field of this.fields) {
      if (field.name !== name) continue;
      if (values === undefined) values = [field.value];
      else values.push(field.value);
    }
    return values ?? noValues;
  }
}

const noValues: readonly string[] = [];

/** `startsWith`, twice as fast. */
function isAt(text: string, at: number, part: string): boolean {
  return text.substring(at, at + part.length) === part;
}

function endOfLine(text: string, from: number): number {
  return orEnd(text.indexOf('\n', from), text);
}

function orEnd(at: number, text: string): number {
  return at < 0 ? text.length : at;
}

/** An empty line. */
function isEndAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === lineFeed || (code === carriageReturn && text.charCodeAt(at + 1) === lineFeed);
}

function endAt(text: string, at: number): number {
  return text.charCodeAt(at) === lineFeed ? at + 1 : at + 2;
}

/** A line that belongs to the one before it (RFC 9112, section 5.2). */
function isFoldAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === space || code === tab;
}

/** End of the last of the folded lines that begin at `from`. */
function fieldEnd(text: string, from: number): number {
  let end = endOfLine(text, from);
  while (isFoldAt(text, end + 1)) end = endOfLine(text, end + 1);
  return end;
}

/** A value on several lines becomes one line. */
function unfolded(value: string): string {
  if (!value.includes('\n')) return value;
  const lines = value.split('\n').map((line) => trimmed(line, 0, line.length));
  return lines.filter((line) => line !== '').join(' ');
}
