import { replaceInvisible } from '../bytes/visible-text.ts';

/** Anything but characters of ASCII that JSON takes as they are, and that can be seen. */
const notPlain = /[^ !#-[\]-~]/;

/** What stands in JSON between quotes for a text; most texts need no escape, and finding that out is cheaper. */
export function escaped(text: string): string {
  return notPlain.test(text) ? jsonOf(text).slice(1, -1) : text;
}

/**
 * JSON of a value, as `JSON.stringify` writes it, with all escaped that cannot be seen (RFC 8259, section 7): programs
 * read the same text, and a terminal shows it without doing what it says.
 */
export function jsonOf(value: string | object): string {
  return replaceInvisible(JSON.stringify(value), escapes);
}

function escapes(character: string): string {
  let text = '';
  for (let at = 0; at < character.length; at++) {
    text += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }
  return text;
}

/**
 * What was joined stays in pieces until it is asked for a character. Worth it for what is written again: each piece
 * costs as much as forty characters.
 */
export function inOnePiece(text: string): string {
  text.charCodeAt(0);
  return text;
}
