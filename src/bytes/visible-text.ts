/**
 * Characters that no one sees, or that make others look different: controls (C0, DEL, C1), format characters such as
 * those that change the direction of text, line and paragraph separators, what has no width, halves of surrogate pairs.
 * Sent to a terminal, they give it commands, or hide what else is there.
 */
const invisible = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const eachInvisible = new RegExp(invisible, 'gu');
/** The cheap first test: most texts have nothing but what can be seen of ASCII. */
const unusual = /[^ -~]/;

/** A text with each character that cannot be seen written by `write`. */
export function replaceInvisible(text: string, write: (character: string) => string): string {
  return unusual.test(text) && invisible.test(text) ? text.replace(eachInvisible, write) : text;
}

/** A text for people: what cannot be seen is written as `\x1b` or `\u{202e}`. */
export function visibleText(text: string): string {
  return replaceInvisible(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** The same for a text of several lines, which stay such. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visibleText).join('\n');
}
