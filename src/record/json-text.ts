/** Anything but what JSON takes as it is: quotes, backslashes, control characters, halves of surrogate pairs. */
const NOT_PLAIN = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/** Whether a text stands in JSON as it is, between quotes (RFC 8259, section 7). */
export function isPlainText(text: string): boolean {
  return !NOT_PLAIN.test(text);
}

/** What `JSON.stringify` makes of a text; most texts need no escape, and finding that out is cheaper. */
export function quoted(text: string): string {
  return isPlainText(text) ? `"${text}"` : JSON.stringify(text);
}

const knownTexts = new Map<string, string>();
const maxKnownTexts = 512;
const maxKnownLength = 256;

/** The same for texts of which there are few different ones: each is looked at once. */
export function quotedAgain(text: string): string {
  const known = knownTexts.get(text);
  if (known !== undefined) return known;
  const json = quoted(text);
  if (text.length > maxKnownLength) return json;
  if (knownTexts.size >= maxKnownTexts) knownTexts.clear();
  knownTexts.set(text, json);
  return json;
}
