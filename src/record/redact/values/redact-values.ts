import { redactionMark } from '../redact-params.ts';
import { redactCards } from './card-numbers.ts';
import { redactCredentials, redactCutCredentials, startsWithScheme } from './credentials.ts';
import { redactCutForm, redactSecretForms } from './secret-forms.ts';

/** What may be the beginning of a card number. */
const cutDigits = /(?<![\w.-])[2-689](?:(?:[ +-]|%20|%2d)?\d){3,18}(?:[ +-]|%|%2|%20|%2d)?$/i;
/**
 * `user:password` of a URL whose `@` may have been cut off. The user ends at the first colon: with a choice of colons,
 * each of them would be tried.
 */
const cutUserInfo = /(:\/\/|:\\\/\\\/)[^/?#\s<>"@:]*:[^/?#\s<>"@]*$/;
const privateKeyStart = '-----BEGIN';
const longNumber = /\d(?:(?:[ +-]|%20|%2d)?\d){12}/i;
/** Digits, and what separates them, are below; so is most punctuation, but no letter. */
const afterDigits = 0x3a;
const minKeyLength = 20;
const minCardLength = 13;

/**
 * Replaces tokens, keys, credentials and card numbers; `cut` says that the end of the text is missing, so what begins
 * like one at its end counts too.
 */
export function redactValues(text: string, cut: boolean): string {
  const mayHoldKey = cut || text.includes(privateKeyStart) || hasLongWord(text);
  const open = redactCredentials(mayHoldKey ? redactSecretForms(text) : text);
  const redacted = hasLongNumber(open) ? redactCards(open) : open;
  if (!cut) return redacted;
  return redactCutCredentials(redactCutForm(redacted))
    .replace(cutDigits, redactionMark)
    .replace(cutUserInfo, `$1${redactionMark}`);
}

/**
 * The cheap first test: whether a part of a message may hold one of these. Credentials in the middle of a text are
 * looked for only where there is something else to look for.
 */
export function mayHoldSecretValue(text: string): boolean {
  return startsWithScheme(text) || (text.length >= minCardLength && (hasLongNumber(text) || hasLongWord(text)));
}

/** Whether a text has a word as long as a key; it looks at every 20th character and goes back from there. */
function hasLongWord(text: string): boolean {
  for (let at = minKeyLength - 1; at < text.length; ) {
    let before = at;
    while (before > at - minKeyLength && isWordCode(text.charCodeAt(before))) before--;
    if (before === at - minKeyLength) return true;
    at = before + minKeyLength;
  }
  return false;
}

function isLongNumber(text: string): boolean {
  return longNumber.test(text);
}

/** A letter, digit, `_`, `-` or `.`. */
function isWordCode(code: number): boolean {
  const lower = code | 0x20;
  return (
    (lower >= 0x61 && lower <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    code === 0x2d ||
    code === 0x2e
  );
}

/** Whether a text has as many digits in a row, maybe in groups, as a card number; it looks at every 13th character. */
export function hasLongNumber(text: string): boolean {
  for (let at = minCardLength - 1; at < text.length; ) {
    let before = at;
    while (before > at - minCardLength && text.charCodeAt(before) < afterDigits) before--;
    if (before === at - minCardLength) return isLongNumber(text);
    at = before + minCardLength;
  }
  return false;
}
