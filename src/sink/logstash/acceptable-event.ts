/**
 * What Logstash makes no event of: brackets in a name, which it reads as a path (elastic/logstash#11608), and halves of
 * surrogate pairs, which are no text. An event that it cannot make spoils all that came in the same request. Only
 * halves are escaped in our JSON; each match ends at the next bracket, so the time is linear.
 */
const unacceptable = /[[\]](?:[^"\\[\]]|\\.)*":|\\u[dD][89a-fA-F]/;

/** The document with nothing in it that Logstash does not take: other brackets in names, `\ufffd` for half a pair. */
export function acceptableEvent(document: string): string {
  const isSuspicious = document.includes('[') || document.includes(']') || document.includes('\\ud');
  return isSuspicious && unacceptable.test(document) ? JSON.stringify(acceptable(JSON.parse(document))) : document;
}

function acceptable(value: unknown): unknown {
  if (typeof value === 'string') return wellFormed(value);
  if (Array.isArray(value)) return value.map(acceptable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [acceptableName(name), acceptable(inner)]));
}

function acceptableName(name: string): string {
  return wellFormed(name).replaceAll('[', '(').replaceAll(']', ')');
}

/** UTF-8 has nothing for half a pair. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
