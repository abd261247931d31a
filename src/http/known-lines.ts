import { HeaderField } from './header-field.ts';
import { trimmed } from './start-line.ts';

/** More lines or names than this, and all of them are forgotten: those still in use come back soon. */
const maxLines = 2048;
const maxNames = 512;
/** Longer ones are not kept. */
const maxLineLength = 512;
const maxNameLength = 64;
/** After so many lines of a name that were not known, it has to have been worth it. */
const trialLines = 64;
/** So many characters before the end of a line are looked at; ids and times differ there. */
const lookLength = 16;

/** One of 32 bits, chosen by the lower-case name: a head in whose bits it is missing has no field of that name. No name is bit 0. */
export function nameBit(name: string): number {
  return 1 << (name.length * 2 + name.charCodeAt(0) + name.charCodeAt(name.length - 1) * 3);
}

/** A field name as it is sent, with its colon, and whether its lines repeat. */
export class KnownName {
  readonly text: string;
  readonly name: string;
  readonly bit: number;
  /** Stands in the chain of expected lines for all lines of this name that are not kept; none if the name is not, either. */
  readonly anyLine: KnownLine | undefined;
  /** How often a line was known, and how often it was not. */
  hits = 0;
  misses = 0;

  constructor(text: string, name: string, isKept: boolean) {
    this.text = text;
    this.name = name;
    this.bit = nameBit(name);
    this.anyLine = isKept ? new KnownLine(this, undefined, '') : undefined;
  }

  /** Most lines of some names are new ones (ids, dates with fractions): keeping them costs more than it saves. */
  get isVolatile(): boolean {
    return this.misses >= trialLines && this.hits < this.misses;
  }
}

/** A header line that was seen before. */
export class KnownLine {
  readonly name: KnownName;
  /** The line with its end; empty if only the name is known. */
  readonly text: string;
  readonly field: HeaderField | undefined;
  /** What came behind it last time. */
  next: KnownLine | undefined;

  constructor(name: KnownName, field: HeaderField | undefined, text: string) {
    this.name = name;
    this.field = field;
    this.text = text;
  }
}

const noName = new KnownName('', '', false);

/**
 * Header lines of one kind of message that were seen before: the next line of a head is mostly the one that came behind the same line last
 * time, and then nothing has to be searched, cut out or taken apart. Measured: it saves two thirds of what reading and writing headers costs.
 */
export class KnownLines {
  /** Where a chain begins: stands for the start line of a message. */
  readonly start = new KnownLine(noName, undefined, '');
  /** Stands for all lines of names that are not kept. */
  readonly stranger = new KnownLine(noName, undefined, '');
  readonly #lines = new Map<string, KnownLine>();
  readonly #names = new Map<string, KnownName>();
  /**
   * What lines and names looked like that were seen once. Most of those lines never come again, and keeping them would
   * make the memory grow. Keeping a name costs many times what reading it costs, and a client can make up names.
   */
  readonly #linesSeenOnce = new Int32Array(maxLines);
  readonly #namesSeenOnce = new Int32Array(maxNames);

  /** The name that is `text[start, end)`, colon included. */
  name(text: string, start: number, end: number): KnownName {
    const sent = text.slice(start, end);
    const known = this.#names.get(sent);
    if (known !== undefined) return known;
    const lowerCase = trimmed(sent, 0, sent.length - 1).toLowerCase();
    if (sent.length > maxNameLength || !comesAgain(this.#namesSeenOnce, text, start, end)) {
      return new KnownName(sent, lowerCase, false);
    }
    const name = new KnownName(copy(sent), interned(lowerCase), true);
    if (this.#names.size >= maxNames) this.#forgetNames();
    this.#names.set(name.text, name);
    return name;
  }

  /** The line that is `text[start, end)`, with its end; undefined when it is not known, or not worth keeping. */
  line(name: KnownName, text: string, start: number, end: number): KnownLine | undefined {
    if (end - start > maxLineLength || name.text.length > maxNameLength || name.isVolatile) return undefined;
    const sent = text.slice(start, end);
    const known = this.#lines.get(sent);
    if (known !== undefined) {
      name.hits++;
      return known;
    }
    name.misses++;
    if (!comesAgain(this.#linesSeenOnce, text, start, end)) return undefined;
    if (this.#lines.size >= maxLines) this.#forgetLines();
    // A copy: a slice would keep the whole head in memory.
    const kept = copy(sent);
    const field = new HeaderField(name.name, trimmed(kept, name.text.length, kept.length - 1));
    const line = new KnownLine(name, field, kept);
    this.#lines.set(kept, line);
    return line;
  }

  /** Chains go too, so that nothing forgotten hangs on something known. The names stay, with what is known of their lines. */
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

/** Whether what looks the same as `text[start, end)`, at its end and by its length, was seen lately. */
function comesAgain(seenOnce: Int32Array, text: string, start: number, end: number): boolean {
  let look = end - start;
  for (let at = Math.max(start, end - lookLength); at < end; at++) {
    look = (Math.imul(look, 31) + text.charCodeAt(at)) | 0;
  }
  const place = (look >>> 0) % seenOnce.length;
  const isKnown = seenOnce[place] === look;
  seenOnce[place] = look;
  return isKnown;
}
