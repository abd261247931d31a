import { redactionMark } from '../redact-params.ts';

/** Digits, at least 13, in groups that a space or dash separates, also one that is encoded in a URL. */
const digitsPattern = /\d(?:(?:[ +-]|%20|%2d)?\d){12,}/gi;
const groupPattern = /(\d+)([ +-]|%20|%2d)?/giy;
const besideNumber = /[A-Za-z0-9_]/;
const oneGroup = /^\d*$/;
/** A fraction, or the part of a number before it. */
const fractionBefore = /\d[.,]$/;
const fractionAfter = /^[.,]\d/;
const maxDigits = 19;
const maxGroups = 5;
const eanDigits = 13;

/**
 * Which numbers are cards (ISO/IEC 7812): from and to their first four digits, how many digits they have. Nearly no
 * time since the epoch begins like one, in whatever unit.
 */
const issuers: readonly (readonly [from: number, to: number, lengths: readonly number[]])[] = [
  // Mir, Mastercard
  [2200, 2204, [16, 17, 18, 19]],
  [2221, 2720, [16]],
  // Diners Club, American Express, JCB
  [3000, 3059, [14, 16, 19]],
  [3095, 3095, [14, 16, 19]],
  [3400, 3499, [15]],
  [3528, 3589, [16, 17, 18, 19]],
  [3600, 3699, [14, 16, 19]],
  [3700, 3799, [15]],
  [3800, 3999, [14, 16, 19]],
  // Visa
  [4000, 4999, [13, 16, 19]],
  // Maestro, Mastercard
  [5000, 5099, [16, 18, 19]],
  [5100, 5599, [16]],
  [5600, 5899, [16, 18, 19]],
  // Discover, RuPay, Hipercard; UnionPay; Maestro, Elo; Discover
  [6000, 6099, [16, 17, 18, 19]],
  [6200, 6299, [16, 17, 18, 19]],
  [6300, 6399, [16, 18, 19]],
  [6440, 6599, [16, 17, 18, 19]],
  [6700, 6799, [16, 18, 19]],
  // UnionPay, RuPay; Uzcard; Troy; Humo
  [8100, 8299, [16, 17, 18, 19]],
  [8600, 8600, [16]],
  [9792, 9792, [16]],
  [9860, 9860, [16]],
];

/** Replaces card numbers: of a known issuer, of its length, and with the right check digit. */
export function redactCards(text: string): string {
  return text.replace(digitsPattern, (run: string, at: number) => redactRun(run, at, text));
}

/** A run may hold more than the card (a date, another number): a card begins and ends at the edge of a group. */
function redactRun(run: string, at: number, text: string): string {
  const isFree = !besideNumber.test(text[at - 1] ?? '') && !fractionBefore.test(text.slice(Math.max(0, at - 2), at));
  // Ids are full of digits.
  if (!isFree && oneGroup.test(run)) return run;
  const groups = Array.from(run.matchAll(groupPattern), ({ index, 0: whole, 1: digits = '', 2: separator = '' }) => {
    return { digits, separator, start: index, end: index + whole.length - separator.length };
  });
  const after = text.slice(at + run.length, at + run.length + 2);
  const endsFree = !besideNumber.test(after[0] ?? '') && !fractionAfter.test(after);
  let redacted = '';
  let copied = 0;
  for (let first = isFree ? 0 : 1; first < groups.length; ) {
    const count = cardGroups(groups.slice(first, first + maxGroups));
    const last = groups[first + count - 1];
    const isCard = count > 0 && last !== undefined && (first + count < groups.length || endsFree);
    if (isCard) {
      redacted += run.slice(copied, groups[first]?.start) + redactionMark;
      copied = last.end;
    }
    first += isCard ? count : 1;
  }
  return redacted + run.slice(copied);
}

/** How many of these groups are a card number, from the first one: each but the last one has four to six digits. */
function cardGroups(groups: readonly { readonly digits: string; readonly separator: string }[]): number {
  let digits = '';
  for (const [index, group] of groups.entries()) {
    digits += group.digits;
    if (digits.length > maxDigits) return 0;
    if (isCardNumber(digits)) return index + 1;
    const isUsual = group.digits.length >= 4 && group.digits.length <= 6;
    if (!isUsual || group.separator !== groups[0]?.separator) return 0;
  }
  return 0;
}

function isCardNumber(digits: string): boolean {
  const issuer = Number(digits.slice(0, 4));
  return (
    issuers.some(([from, to, lengths]) => issuer >= from && issuer <= to && lengths.includes(digits.length)) &&
    weightedSum(digits, luhn) % 10 === 0 &&
    !(digits.length === eanDigits && weightedSum(digits, ean) % 10 === 0)
  );
}

/** The digits from the last one on, every second one weighted. */
function weightedSum(digits: string, weigh: (digit: number) => number): number {
  let sum = 0;
  for (let back = 0; back < digits.length; back++) {
    const digit = digits.charCodeAt(digits.length - 1 - back) - 0x30;
    sum += back % 2 === 0 ? digit : weigh(digit);
  }
  return sum;
}

function luhn(digit: number): number {
  return digit > 4 ? digit * 2 - 9 : digit * 2;
}

/** Barcodes of goods have 13 digits as well, and often begin like a card of Visa. */
function ean(digit: number): number {
  return digit * 3;
}
