const hidden = '[redacted]';

/** Takes out of a text what must not be said. */
export type Hide = (text: string) => string;

/**
 * For what a server says that was sent this Authorization field: it may repeat the field, its token, or the password in
 * it; and other secrets of the requests.
 */
export function credentialHider(authorization: string | undefined, others: readonly string[] = []): Hide {
  const secrets = [...others, ...(authorization === undefined ? [] : partsOf(authorization))];
  if (secrets.length === 0) return (text) => text;
  const forms = secrets.flatMap(formsOf).filter((form) => form !== '');
  // One pass, the longest first: what is put in is not looked through again, and no part of a longer form is left over.
  const longestFirst = [...new Set(forms)].sort((one, other) => other.length - one.length);
  const pattern = new RegExp(longestFirst.map(escapeRegExp).join('|'), 'g');
  return (text) => text.replaceAll(pattern, hidden);
}

function partsOf(authorization: string): readonly string[] {
  const token = authorization.slice(authorization.indexOf(' ') + 1);
  const [, password = ''] = /^[^:]*:(.*)$/s.exec(Buffer.from(token, 'base64').toString()) ?? [];
  return [authorization, token, password];
}

/** As it is, within JSON, and within a URL. */
function formsOf(secret: string): readonly string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
