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
const longNumber = /\d(?:(?:[ +-]|%20|%2d)?\d){12}/gi;
const minKeyLength = 20;
const minCardLength = 13;
const inHex = 1;
const inKey = 2;
const inCard = 4;
const isDigit = 8;
/** By the low byte of its code, what a character may be a part of. */
const places = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code);
  const inWord = /[0-9A-Fa-f-]/.test(character) ? inHex : /[\w.]/.test(character) ? inKey : 0;
  // Digits, and what separates them, encoded (`%2d`) or not.
  return inWord | (/[\d +%Dd-]/.test(character) ? inCard : 0) | (/\d/.test(character) ? isDigit : 0);
});

/**
 * Replaces tokens, keys, credentials and card numbers; `cut` says that the end of the text is missing, so what begins
 * like one at its end counts too.
 */
export function redactValues(text: string, cut: boolean): string {
  const mayHoldKey = cut || text.includes(privateKeyStart) || hasKeyLikeWord(text);
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
  return startsWithScheme(text) || (text.length >= minCardLength && (hasLongNumber(text) || hasKeyLikeWord(text)));
}

/**
 * Whether a text has a word as long as a key that is not hexadecimal, as ids and trace contexts are. It looks at every
 * 20th character and goes back from there, so what it finds begins with its word.
 */
function hasKeyLikeWord(text: string): boolean {
  for (let at = minKeyLength - 1; at < text.length; ) {
    const from = at - minKeyLength;
    while (at > from && isIn(inHex | inKey, text, at)) at--;
    if (at === from) {
      do at++;
      while (isIn(inHex, text, at));
      if (isIn(inKey, text, at)) return true;
    }
    at += minKeyLength;
  }
  return false;
}

/**
 * Whether a text has as many digits in a row, maybe in groups, as a card number. It looks at every 13th character and
 * goes back from there, so what it finds begins with its digits. The last part of a UUID has twelve.
 */
export function hasLongNumber(text: string): boolean {
  for (let at = minCardLength - 1; at < text.length; ) {
    const from = at - minCardLength;
    while (at > from && isIn(inCard, text, at)) at--;
    if (at === from) {
      let digits = 0;
      for (at++; isIn(inCard, text, at); at++) if (isIn(isDigit, text, at)) digits++;
      longNumber.lastIndex = from + 1;
      // It looks at all that follows as well.
      if (digits >= minCardLength) return longNumber.test(text);
    }
    at += minCardLength;
  }
  return false;
}

function isIn(place: number, text: string, at: number): boolean {
  return at < text.length && ((places[text.charCodeAt(at) & 0xff] ?? 0) & place) !== 0;
}
