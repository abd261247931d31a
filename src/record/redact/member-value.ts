import { type EncodedText, isSpace } from './encoded-text.ts';

const doubleQuote = 0x22;
const singleQuote = 0x27;
const backslash = 0x5c;
const comma = 0x2c;
const ampersand = '&';
const notSecret = /^(?:null|true|false)?$/;

/** A value that is to be replaced. */
export type MemberValue = {
  readonly start: number;
  /** Behind its closing quote or bracket, if it has one. */
  readonly end: number;
  /** What stands before and behind its replacement: its quotes as they were sent, with their backslashes. */
  readonly before: string;
  readonly behind: string;
};

export function isQuote(code: number): boolean {
  return code === doubleQuote || code === singleQuote;
}

/** Whether a string begins where the reader is; moves it over backslashes to its quote. */
export function findQuote(reader: EncodedText): boolean {
  while (reader.code === backslash) reader.read();
  return isQuote(reader.code);
}

/** The string whose opening quote the reader is at, to its closing quote or the end of the text. */
export function stringValue(reader: EncodedText): MemberValue {
  const start = reader.slashesStart;
  const quote = reader.text.slice(start, reader.next);
  const isClosed = skipString(reader);
  return { start, end: reader.at, before: quote, behind: isClosed ? quote : '' };
}

/**
 * The value of an object's member where the reader is, behind backslashes perhaps; undefined for one that says nothing.
 * `quote` is that of the name.
 */
export function memberValue(reader: EncodedText, quote: string): MemberValue | undefined {
  const start = reader.at;
  if (findQuote(reader)) return stringValue(reader);
  if (isOpening(reader.code)) skipNested(reader);
  else while (!reader.isOver && !endsBareValue(reader)) reader.read();
  const end = reader.at;
  return notSecret.test(reader.text.slice(start, end)) ? undefined : { start, end, before: quote, behind: quote };
}

/**
 * Moves behind the closing quote; false at the end of the text. In a string within n strings each quote has
 * `2 ** n - 1` backslashes before it, one that is content has more.
 */
function skipString(reader: EncodedText): boolean {
  const { code, slashes } = reader;
  for (reader.read(); !reader.isOver; reader.read()) {
    if (reader.code !== code) continue;
    if (reader.slashes >= slashes && reader.slashes % (2 * slashes + 2) !== slashes) continue;
    reader.read();
    return true;
  }
  return false;
}

/** Moves behind the bracket that closes the one where the reader is, or to the end of the text. */
function skipNested(reader: EncodedText): void {
  let depth = 0;
  while (!reader.isOver) {
    if (isQuote(reader.code)) {
      skipString(reader);
      continue;
    }
    if (isOpening(reader.code)) depth++;
    if (isClosing(reader.code)) depth--;
    reader.read();
    if (depth === 0) return;
  }
}

function endsBareValue(reader: EncodedText): boolean {
  const { code, text, at } = reader;
  return code === comma || isClosing(code) || isSpace(code) || text[at] === ampersand;
}

function isOpening(code: number): boolean {
  return code === 0x5b || code === 0x7b;
}

function isClosing(code: number): boolean {
  return code === 0x5d || code === 0x7d;
}
