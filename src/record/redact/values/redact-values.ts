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
const longNumber = /\d(?:(?:[ +-]|%20|%2d)?\d){12}/i;
const minKeyLength = 20;
const minCardLength = 13;

/**
 * Replaces tokens, keys, credentials and card numbers; `cut` says that the end of the text is missing, so what begins
 * like one at its end counts too.
 */
export function redactValues(text: string, cut: boolean): string {
  const redacted = redactCards(redactCredentials(redactSecretForms(text)));
  if (!cut) return redacted;
  return redactCutCredentials(redactCutForm(redacted))
    .replace(cutDigits, redactionMark)
    .replace(cutUserInfo, `$1${redactionMark}`);
}

/**
 * The cheap first test: whether a part of a message may hold one of these. Credentials in the middle of a text are
 * looked for only where there is something else to look for.
 */
export function mayHoldSecret(text: string): boolean {
  return hasRun(text, minKeyLength, isWordCode) || hasLongNumber(text) || startsWithScheme(text);
}

/** Whether a text has as many digits in a row, maybe in groups, as a card number. */
export function hasLongNumber(text: string): boolean {
  return hasRun(text, minCardLength, isNumberCode) && longNumber.test(text);
}

/** Whether so many of these characters stand in a row; it looks at every so many and goes back from there. */
function hasRun(text: string, length: number, isOne: (code: number) => boolean): boolean {
  for (let at = length - 1; at < text.length; ) {
    let before = at;
    while (before > at - length && isOne(text.charCodeAt(before))) before--;
    if (before === at - length) return true;
    at = before + length;
  }
  return false;
}

/** A letter, digit, `_`, `-` or `.`. */
function isWordCode(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || isDigit(code) || code === 0x5f || code === 0x2d || code === 0x2e;
}

/** A digit, or what separates groups of them; in a URL, `%20` may do so as well. */
function isNumberCode(code: number): boolean {
  return isDigit(code) || code === 0x20 || code === 0x2d || code === 0x2b || code === 0x25;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
