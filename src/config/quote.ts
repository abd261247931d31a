const longest = 100;

/**
 * A given value for a message: in quotes on one line, clipped when it is long. Anything before an `@` that may be a
 * user name and password is left out, so that a misplaced secret does not end up in the logs.
 */
export function quote(value: string): string {
  const masked = value.replace(
    /^([a-z][a-z0-9+.-]*:\/\/)?(.*)@/is,
    (whole, scheme: string | undefined, before: string) =>
      scheme !== undefined || /^[^/]*:/.test(before) ? `${scheme ?? ''}[redacted]@` : whole,
  );
  return JSON.stringify(masked.length > longest ? `${masked.slice(0, longest)}...` : masked);
}
