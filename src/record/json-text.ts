/** Anything but what JSON takes as it is: quotes, backslashes, control characters, halves of surrogate pairs. */
const notPlain = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/** Whether a text stands in JSON as it is, between quotes (RFC 8259, section 7). */
export function isPlainText(text: string): boolean {
  return !notPlain.test(text);
}

/** What stands in JSON between quotes for a text; most texts need no escape, and finding that out is cheaper. */
export function escaped(text: string): string {
  return isPlainText(text) ? text : JSON.stringify(text).slice(1, -1);
}

/**
 * What was joined stays in pieces until it is asked for a character. Worth it for what is written again: each piece
 * costs as much as forty characters.
 */
export function inOnePiece(text: string): string {
  text.charCodeAt(0);
  return text;
}
