/** `1 record`, `2 records`. */
export function amount(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** A number of them, and which word of two comes behind it: `1 record stays`, `2 records stay`. */
export function amountWith(count: number, what: string, [one, more]: readonly [one: string, more: string]): string {
  return `${amount(count, what)} ${count === 1 ? one : more}`;
}
