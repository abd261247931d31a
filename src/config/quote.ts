const longest = 100;

/**
 * A given value for a message: in quotes on one line, clipped when it is long. Anything before an `@` that may be a
 * user name and password is left out, and so is the query of a URL, so that a misplaced secret does not end up in the
 * logs.
 */
export function quote(value: string): string {
  const masked = value.replace(
    /^([a-z][a-z0-9+.-]*:\/\/)?(.*)@/is,
    (whole, scheme: string | undefined, before: string) =>
      scheme !== undefined || /^[^/]*:/.test(before) ? `${scheme ?? ''}[redacted]@` : whole,
  );
  const shown = withoutQuery(masked);
  return JSON.stringify(shown.length > longest ? `${shown.slice(0, longest)}...` : shown);
}

/** Of a URL, or of a host with a path: values of parameters may be secrets. */
function withoutQuery(value: string): string {
  return value.replace(/^([a-z][a-z0-9+.-]*:\/\/[^?]*\?|[\w.-]+(?::\d*)?(?:\/[^?]*)?\?)[^=]*=.*$/is, '$1[redacted]');
}
