import { type Anomaly, noAnomalies } from '../../http/anomaly.ts';
import type { HeaderField } from '../../http/header-field.ts';
import { HeaderFields } from '../../http/header-fields.ts';
import { trimmed } from './characters.ts';
import type { HeadText } from './head-text.ts';
import { KnownLines } from './known-lines.ts';

const space = 0x20;
const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const bareLf = 1;
const obsFold = 2;
const fieldLine = 4;
/** By the sum of what was found: ready, because a list for each message would cost more than looking. */
const anomalyLists: readonly (readonly Anomaly[])[] = [
  noAnomalies,
  ['bare_lf'],
  ['obs_fold'],
  ['bare_lf', 'obs_fold'],
  ['field_line'],
  ['bare_lf', 'field_line'],
  ['obs_fold', 'field_line'],
  ['bare_lf', 'obs_fold', 'field_line'],
];

/** Takes apart the header lines of one direction (RFC 9112, section 5); those without a colon are left out. */
export class FieldParser {
  readonly #known: KnownLines;
  #end = -1;
  #odd = 0;

  constructor(direction: 'request' | 'response') {
    this.#known = new KnownLines(direction);
  }

  /** Offset in the latest text behind the empty line that ends its fields; -1 if the text ended before. */
  get end(): number {
    return this.#end;
  }

  /** What is odd about the lines of the latest text, and the end of the start line before them. */
  get anomalies(): readonly Anomaly[] {
    return anomalyLists[this.#odd] ?? noAnomalies;
  }

  /** Takes apart the header lines from `start` on. */
  parse(head: HeadText, start: number): HeaderFields {
    const fields: HeaderField[] = [];
    const known = this.#known;
    const { text } = head;
    let before = known.start;
    let nameBits = 0;
    let odd = isBareAt(head, start - 1) ? bareLf : 0;
    let colon = -1;
    let at = start;
    for (; at < text.length && !isEndAt(head, at); ) {
      const expected = before.next;
      if (expected?.field !== undefined) {
        const next = at + expected.sent.length;
        if (head.isAt(at, expected.sent) && !isFoldAt(head, next)) {
          expected.name.hits++;
          nameBits |= expected.name.bit;
          fields.push(expected.field);
          before = expected;
          at = next;
          continue;
        }
      }
      const lineEnd = endOfLine(text, at);
      const end = isFoldAt(head, lineEnd + 1) ? endOfFolded(head, lineEnd + 1) : lineEnd;
      const isBare = isBareAt(head, lineEnd);
      if (isBare) odd |= bareLf;
      if (end !== lineEnd) odd |= obsFold;
      const isExpected = expected !== undefined && head.isAt(at, expected.name.sent);
      if (isExpected) colon = at + expected.name.length - 1;
      else if (colon < at) colon = orEnd(text.indexOf(':', at), text);
      if (colon > at && colon < end) {
        const name = isExpected ? expected.name : known.name(text, at, colon + 1);
        nameBits |= name.bit;
        if (name.isOdd) odd |= fieldLine;
        // What is odd is found anew each time: lines that are known need no look.
        const mayKeep = end === lineEnd && end < text.length && !isBare && !name.isOdd && name.mayKeep(end + 1 - at);
        const line = mayKeep ? known.line(name, text.slice(at, end + 1)) : undefined;
        fields.push(line?.field ?? { name: name.name, value: unfolded(trimmed(text, colon + 1, end)), slot: 0 });
        const next = line ?? name.anyLine;
        if (next !== undefined) before.next = next;
        before = next ?? known.stranger;
      } else if (end < text.length) odd |= fieldLine;
      at = end + 1;
    }
    if (isBareAt(head, at)) odd |= bareLf;
    this.#odd = odd;
    this.#end = at < text.length ? endAt(head, at) : -1;
    return new HeaderFields(fields, { textBytes: text.length, nameBits, undecoded: 0 });
  }
}

function endOfLine(text: string, from: number): number {
  return orEnd(text.indexOf('\n', from), text);
}

function orEnd(at: number, text: string): number {
  return at < 0 ? text.length : at;
}

/** A line ends at `at` with an LF that has no CR before it (RFC 9112, section 2.2). */
function isBareAt(head: HeadText, at: number): boolean {
  return head.byte(at) === lineFeed && head.byte(at - 1) !== carriageReturn;
}

/** An empty line. */
function isEndAt(head: HeadText, at: number): boolean {
  const byte = head.byte(at);
  return byte === lineFeed || (byte === carriageReturn && head.byte(at + 1) === lineFeed);
}

function endAt(head: HeadText, at: number): number {
  return head.byte(at) === lineFeed ? at + 1 : at + 2;
}

/** A line that belongs to the one before it (RFC 9112, section 5.2). */
function isFoldAt(head: HeadText, at: number): boolean {
  const byte = head.byte(at);
  return byte === space || byte === tab;
}

/** End of the last of the folded lines that begin at `from`. */
function endOfFolded(head: HeadText, from: number): number {
  let end = endOfLine(head.text, from);
  while (isFoldAt(head, end + 1)) end = endOfLine(head.text, end + 1);
  return end;
}

/** A value on several lines becomes one line. */
function unfolded(value: string): string {
  if (!value.includes('\n')) return value;
  const lines = value.split('\n').map((line) => trimmed(line, 0, line.length));
  return lines.filter((line) => line !== '').join(' ');
}
