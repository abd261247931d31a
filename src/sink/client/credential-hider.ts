const hidden = '[redacted]';

/** Takes out of a text what must not be said. */
export type Hide = (text: string) => string;

/**
 * For what a server says that was sent this Authorization field: it may repeat the field, its token, or the password in
 * it.
 */
export function credentialHider(authorization: string | undefined): Hide {
  if (authorization === undefined) return (text) => text;
  const token = authorization.slice(authorization.indexOf(' ') + 1);
  const [, password = ''] = /^[^:]*:(.*)$/s.exec(Buffer.from(token, 'base64').toString()) ?? [];
  const forms = [authorization, token, password].flatMap(formsOf).filter((form) => form !== '');
  // One pass, the longest first: what is put in is not looked through again, and no part of a longer form is left over.
  const longestFirst = [...new Set(forms)].sort((one, other) => other.length - one.length);
  const pattern = new RegExp(longestFirst.map(escapeRegExp).join('|'), 'g');
  return (text) => text.replaceAll(pattern, hidden);
}

/** As it is, within JSON, and within a URL. */
function formsOf(secret: string): readonly string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
