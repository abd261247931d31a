import { hasLongNumber, mayHoldSecretValue } from './redact/values/redact-values.ts';

/** Of the secrets that are known by their value, only card numbers are made of these alone. */
const notHex = /[^0-9A-Fa-f-]/;
/** What has to be decoded (not ASCII), may be beside a secret (`=`, `@`, `%`), or is escaped in JSON. */
const odd = /[^ !#$&-<>?A-Z[\]-~]/;

/**
 * Whether there is certainly nothing in a part of a message that has to be decoded, redacted or escaped. Most parts are
 * such, and this finds it out in half of the time of the three questions; ids and trace contexts, which are always new,
 * in a quarter.
 */
export function isOrdinary(text: string): boolean {
  return notHex.test(text) ? !(odd.test(text) || mayHoldSecretValue(text)) : !hasLongNumber(text);
}
