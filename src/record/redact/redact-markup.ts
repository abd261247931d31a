import { redactionMark } from './redact-params.ts';
import type { NameTest } from './secret-names.ts';

const tagPattern = /<([a-z_][\w.:-]*)((?:\s[^<>]*)?)>/gi;
const nameAttribute = /\s(?:name|id|property)\s*=\s*["']?([^"'\s]+)/i;
const valueAttribute = /(\s(?:value|content)\s*=\s*)("[^"]*"?|'[^']*'?|[^\s"'>]+)/gi;

/**
 * Redacts XML and HTML: the content of elements with a secret name, and the value of form fields and meta tags with
 * one.
 */
export function redactMarkup(text: string, isSecretName: NameTest): string {
  let redacted = '';
  let copied = 0;
  tagPattern.lastIndex = 0;
  for (let match = tagPattern.exec(text); match !== null; match = tagPattern.exec(text)) {
    const [tag, name = '', attributes = ''] = match;
    const contentStart = match.index + tag.length;
    if (isSecretName(name) && !attributes.endsWith('/')) {
      const close = text.indexOf(`</${name}`, contentStart);
      const contentEnd = close < 0 ? text.length : close;
      if (contentEnd > contentStart) {
        redacted += text.slice(copied, contentStart) + redactionMark;
        copied = contentEnd;
      }
      tagPattern.lastIndex = Math.max(contentStart, contentEnd);
    } else if (isSecretName(nameAttribute.exec(attributes)?.[1] ?? '')) {
      redacted += text.slice(copied, match.index) + tag.replace(valueAttribute, `$1"${redactionMark}"`);
      copied = contentStart;
    }
  }
  return copied === 0 ? text : redacted + text.slice(copied);
}
