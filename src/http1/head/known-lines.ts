import { type HeaderField, maxFieldSlots } from '../../http/header-field.ts';
import { nameBit } from '../../http/header-fields.ts';
import { trimmed } from './characters.ts';
import { KnownText } from './known-text.ts';

/** More lines or names than this, and all of them are forgotten: those still in use come back soon. */
const maxLines = maxFieldSlots / 2;
const maxNames = 512;
/** Longer ones are not kept. */
const maxLineLength = 512;
const maxNameLength = 64;
/** After this many unknown lines of a name, keeping its lines has to have paid off. */
const trialLines = 64;
/** How many characters before the end of a line are looked at; ids and times differ there. */
const lookLength = 16;

const notAscii = /[^\0-\x7f]/;
const asciiCapitals = /[A-Z]+/g;

const noText = new KnownText('');

/** A field name as it is sent, with its colon, and whether its lines repeat. */
export class KnownName {
  /** Of a name that is not kept, nothing is compared with it. */
  readonly sent: KnownText;
  readonly length: number;
  readonly name: string;
  readonly bit: number;
  /** White space stands around it (RFC 9112, section 5.1). */
  readonly isOdd: boolean;
  /** Stands in the chain of expected lines for all lines of this name that are not kept; none if the name is not. */
  readonly anyLine: KnownLine | undefined;
  /** How often a line was known, and how often it was not. */
  hits = 0;
  misses = 0;

  constructor(text: string, name: string, isKept: boolean) {
    this.sent = isKept ? new KnownText(text) : noText;
    this.length = text.length;
    this.name = name;
    this.bit = nameBit(name);
    this.isOdd = name.length + 1 !== text.length;
    this.anyLine = isKept ? new KnownLine(this, undefined, noText) : undefined;
  }

  /**
   * Whether it is worth looking for a line of this length, with its end. Most lines of some names are new ones (ids,
   * dates with fractions): keeping them costs more than it saves.
   */
  mayKeep(length: number): boolean {
    const isVolatile = this.misses >= trialLines && this.hits < this.misses;
    return !isVolatile && length <= maxLineLength && this.length <= maxNameLength;
  }
}

/** A header line that was seen before. */
export class KnownLine {
  readonly name: KnownName;
  /** The line with its end; empty if only the name is known. */
  readonly sent: KnownText;
  readonly field: HeaderField | undefined;
  /** What came behind it last time. */
  next: KnownLine | undefined;

  constructor(name: KnownName, field: HeaderField | undefined, sent: KnownText) {
    this.name = name;
    this.field = field;
    this.sent = sent;
  }
}

/**
 * Header lines of one kind of message that were seen before: the next line of a head is mostly the one that came behind
 * the same line last time, and then nothing has to be searched, cut out or taken apart. Measured: it saves two thirds
 * of what reading and writing headers costs.
 */
export class KnownLines {
  readonly #noName = new KnownName('', '', false);
  /** Where a chain begins: stands for the start line of a message. */
  readonly start = new KnownLine(this.#noName, undefined, noText);
  /** Stands for all lines of names that are not kept. */
  readonly stranger = new KnownLine(this.#noName, undefined, noText);
  readonly #lines = new Map<string, KnownLine>();
  readonly #names = new Map<string, KnownName>();
  /**
   * What lines and names looked like that were seen once. Most of those lines never come again, and keeping them would
   * make the memory grow. Keeping a name costs many times what reading it costs, and a client can make up names.
   */
  readonly #linesSeenOnce = new Int32Array(maxLines);
  readonly #namesSeenOnce = new Int32Array(maxNames);
  readonly #firstSlot: number;

  /** Requests and responses share the slots of their fields. */
  constructor(direction: 'request' | 'response') {
    this.#firstSlot = direction === 'request' ? 1 : 1 + maxLines;
  }

  /** The name that is `text[start, end)`, colon included. */
  name(text: string, start: number, end: number): KnownName {
    const sent = text.slice(start, end);
    const known = this.#names.get(sent);
    if (known !== undefined) return known;
    const lowerCase = inLowerCase(trimmed(sent, 0, sent.length - 1));
    if (sent.length > maxNameLength || !comesAgain(this.#namesSeenOnce, sent)) {
      return new KnownName(sent, lowerCase, false);
    }
    const name = new KnownName(copy(sent), interned(lowerCase), true);
    if (this.#names.size >= maxNames) this.#forgetNames();
    this.#names.set(name.sent.text, name);
    return name;
  }

  /** The line that was sent, with its end, of a name that may keep it; undefined when it is not known yet. */
  line(name: KnownName, sent: string): KnownLine | undefined {
    const known = this.#lines.get(sent);
    if (known !== undefined) {
      name.hits++;
      return known;
    }
    name.misses++;
    if (!comesAgain(this.#linesSeenOnce, sent)) return undefined;
    // A name that is not kept is part of a head, all of which the line would keep in memory.
    if (name.anyLine === undefined) return undefined;
    if (this.#lines.size >= maxLines) this.#forgetLines();
    // A copy: a slice would keep the whole head in memory.
    const kept = copy(sent);
    const value = copy(trimmed(kept, name.length, kept.length - 1));
    const field = { name: name.name, value, slot: this.#firstSlot + this.#lines.size };
    const line = new KnownLine(name, field, new KnownText(kept));
    this.#lines.set(kept, line);
    return line;
  }

  /**
   * Chains go too, so that nothing forgotten hangs on something known. The names stay, with what is known of their
   * lines.
   */
  #forgetLines(): void {
    this.start.next = undefined;
    this.stranger.next = undefined;
    for (const line of this.#lines.values()) line.next = undefined;
    for (const { anyLine } of this.#names.values()) if (anyLine !== undefined) anyLine.next = undefined;
    this.#lines.clear();
  }

  #forgetNames(): void {
    this.#forgetLines();
    this.#names.clear();
  }
}

/** Only letters of ASCII have a lower case here (RFC 9110, section 5.1): others are parts of characters of UTF-8. */
function inLowerCase(name: string): string {
  return notAscii.test(name) ? name.replace(asciiCapitals, (letters) => letters.toLowerCase()) : name.toLowerCase();
}

function copy(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('latin1');
}

/**
 * The engine keeps one copy of each property name, and tells such strings apart by where they are. An object without a
 * prototype is a plain table from the start; of any other, the engine would remember the shape.
 */
function interned(text: string): string {
  const table: { [name: string]: true } = Object.create(null);
  table[text] = true;
  return Object.keys(table)[0] ?? text;
}

/** Whether what looks the same, at its end and by its length, was seen lately. */
function comesAgain(seenOnce: Int32Array, sent: string): boolean {
  let look = sent.length;
  for (let at = Math.max(0, sent.length - lookLength); at < sent.length; at++) {
    look = (Math.imul(look, 31) + sent.charCodeAt(at)) | 0;
  }
  const place = (look >>> 0) % seenOnce.length;
  const isKnown = seenOnce[place] === look;
  seenOnce[place] = look;
  return isKnown;
}
