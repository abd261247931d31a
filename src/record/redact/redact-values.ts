import { redactionMark } from './redact-params.ts';

/**
 * Secrets that are known by their form: JSON Web Tokens, also encoded once more as the Kubernetes API takes them in
 * `Sec-WebSocket-Protocol`, keys of AWS, Google, GitHub, GitLab, Slack, Stripe, npm and OpenAI, private key blocks. One
 * that was cut off at the end of the text counts as well. Each begins where no letter or digit came before, so the time
 * is linear.
 */
const secrets = new RegExp(
  [
    '(?<![\\w-])eyJ[\\w-]{6,}\\.(?:[\\w-]+(?:\\.[\\w-]*){0,3}|$)',
    '(?<![\\w-])ZXlK[\\w-]{20,}',
    '(?<=bearer\\.authorization\\.k8s\\.io\\.)[\\w-]+',
    '(?<![A-Za-z0-9])(?:AKIA|ASIA)(?:[A-Z0-9]{16}|[A-Z0-9]{1,15}$)',
    '(?<![\\w-])AIza(?:[\\w-]{35}|[\\w-]{1,34}$)',
    '(?<![A-Za-z0-9])(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|(?:sk|rk)_live_|npm_|sk-|ya29\\.)' +
      '(?:[\\w-]{20,}|[\\w-]+$)',
    '-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)',
  ].join('|'),
  'g',
);

/**
 * Every secret has one of these in it, and each has a letter that is no hexadecimal digit (`ordinary-text.ts`). Hardly
 * any text has one, and to find that out takes a tenth of the time of looking for secrets.
 */
const mark = new RegExp(
  'eyJ|ZXlK|authorization\\.k8s|AKIA|ASIA|AIza|gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|sk_live_|rk_live_|npm_|' +
    'sk-|ya29\\.|-----BEGIN',
);

/** Digits, at least a dozen, each followed by at most one space or dash. */
const digitsPattern = /\d(?:[ -]?\d){11,}/g;
const cutDigits = /(?<![\d.-])[3-6](?:[ -]?\d){7,18}[ -]?$/;
/**
 * `user:password` of a URL whose `@` may have been cut off. The user ends at the first colon: with a choice of colons,
 * each of them would be tried.
 */
const cutUserInfo = /(:\/\/|:\\\/\\\/)[^/?#\s<>"@:]*:[^/?#\s<>"@]*$/;
const minKeyLength = 20;
const minCardDigits = 13;
const maxCardDigits = 19;
/**
 * How many digits a card has, by its first one (ISO/IEC 7812: American Express, Diners and JCB; Visa; Mastercard;
 * Maestro, Discover, UnionPay).
 */
const cardLengths: { readonly [digit: string]: readonly number[] } = {
  2: [16],
  3: [14, 15, 16],
  4: [13, 16, 19],
  5: [16],
  6: [16, 17, 18, 19],
};

/**
 * Replaces tokens, keys and card numbers; `cut` says that the end of the text is missing, so what begins like one at
 * its end counts too.
 */
export function redactValues(text: string, cut: boolean): string {
  const redacted = redactKeys(text).replace(digitsPattern, redactCards);
  return cut ? redacted.replace(cutDigits, redactionMark).replace(cutUserInfo, `$1${redactionMark}`) : redacted;
}

/** Replaces tokens and keys, not card numbers. */
export function redactKeys(text: string): string {
  return mark.test(text) ? text.replace(secrets, redactionMark) : text;
}

/** Whether a text has a word as long as a key; it looks at every 20th character and goes back from there. */
export function hasLongWord(text: string): boolean {
  for (let at = minKeyLength - 1; at < text.length; ) {
    let before = at;
    while (before > at - minKeyLength && isWordCode(text.charCodeAt(before))) before--;
    if (before === at - minKeyLength) return true;
    at = before + minKeyLength;
  }
  return false;
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

/**
 * A run may hold more than the card (a date, another number): a card begins and ends at the edge of a group of digits.
 */
function redactCards(run: string): string {
  let redacted = '';
  let copied = 0;
  for (let at = 0; at < run.length; at++) {
    if (!isDigit(run, at) || isDigit(run, at - 1)) continue;
    const end = cardEnd(run, at);
    if (end < 0) continue;
    redacted += run.slice(copied, at) + redactionMark;
    copied = end;
    at = end - 1;
  }
  return redacted + run.slice(copied);
}

/** Where the card number that begins here ends, or -1. */
function cardEnd(run: string, start: number): number {
  const lengths = cardLengths[run[start] ?? ''];
  if (lengths === undefined) return -1;
  let digits = 0;
  // Luhn's algorithm doubles every second digit from the end: which ones depends on whether their number is even.
  let sumIfEven = 0;
  let sumIfOdd = 0;
  for (let at = start; at < run.length && digits < maxCardDigits; at++) {
    if (!isDigit(run, at)) continue;
    const digit = run.charCodeAt(at) - 0x30;
    const doubled = digit > 4 ? digit * 2 - 9 : digit * 2;
    sumIfEven += digits % 2 === 0 ? doubled : digit;
    sumIfOdd += digits % 2 === 0 ? digit : doubled;
    digits++;
    const isWhole = digits >= minCardDigits && !isDigit(run, at + 1) && lengths.includes(digits);
    if (isWhole && (digits % 2 === 0 ? sumIfEven : sumIfOdd) % 10 === 0) return at + 1;
  }
  return -1;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}
