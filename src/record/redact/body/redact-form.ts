import { decodeText } from '../../text.ts';
import { redactionMark } from '../redact-params.ts';
import { Edits } from './edits.ts';
import { isNameKey, isValueKey, NameValuePair } from './name-value-pair.ts';
import type { Content, Rules } from './rules.ts';

// `;` separates only where another name follows: elsewhere it is part of a value.
const separator = /&|;(?=[\w.%[\]+$-]+=)/g;
const escapes = /(?:%[0-9a-f]{2})+/gi;
const loneSurrogate = /\p{Surrogate}/gu;
const encodedMark = encodeURIComponent(redactionMark);
/** `settings[0][name]` and `settings[0][value]` belong together. */
const lastSegment = /^(.*?)[[.]?([^[\].]*)\]?$/s;

/**
 * Redacts the fields of a form (`application/x-www-form-urlencoded`): those with a secret name, and what the others
 * hold once they are decoded.
 */
export function redactForm(content: Content, rules: Rules): string {
  return new FormReader(content, rules).read();
}

class FormReader {
  readonly #content: Content;
  readonly #rules: Rules;
  readonly #edits: Edits;
  readonly #pairs = new Map<string, NameValuePair>();
  /** A field without `=` after a secret may be the rest of it, because its `&` was not encoded. */
  #isAfterSecret = false;

  constructor(content: Content, rules: Rules) {
    this.#content = content;
    this.#rules = rules;
    this.#edits = new Edits(content.text);
  }

  read(): string {
    const { text, cut } = this.#content;
    let start = 0;
    separator.lastIndex = 0;
    // What the fields hold may be a form, too: the place in the expression is not to be relied on.
    for (let match = separator.exec(text); match !== null; match = separator.exec(text)) {
      this.#readField(start, match.index);
      start = match.index + 1;
      separator.lastIndex = start;
    }
    this.#readField(start, text.length);
    for (const pair of this.#pairs.values()) pair.close(cut);
    return this.#edits.result();
  }

  #readField(start: number, end: number): void {
    const field = this.#content.text.slice(start, end);
    const equals = field.indexOf('=');
    if (equals < 0) {
      if (this.#isAfterSecret && end > start) this.#edits.replace(start, end, redactionMark);
      else this.#redactContent(start, end);
      return;
    }
    const name = decode(field.slice(0, equals));
    const value = start + equals + 1;
    const [, prefix = '', last = ''] = lastSegment.exec(name) ?? [];
    this.#isAfterSecret = this.#rules.isSecretName(name);
    if (this.#isAfterSecret && !isNameKey(last)) return this.#edits.replace(value, end, redactionMark);
    if (isNameKey(last) || isValueKey(last)) this.#pairUp(prefix, last, { from: value, to: end });
    this.#redactContent(value, end);
  }

  #pairUp(prefix: string, key: string, { from, to }: { readonly from: number; readonly to: number }): void {
    const { text, cut } = this.#content;
    const pair = this.#pairs.get(prefix) ?? new NameValuePair(this.#rules.isSecretName);
    this.#pairs.set(prefix, pair);
    if (isNameKey(key) && !(cut && to === text.length)) pair.name(key, decode(text.slice(from, to)));
    if (isNameKey(key) && !this.#isAfterSecret) return;
    const edit = this.#edits.propose(from, redactionMark);
    edit.to = to;
    if (isNameKey(key)) pair.secretKey(edit);
    else pair.value(key, edit);
  }

  #redactContent(start: number, end: number): void {
    const { text, cut } = this.#content;
    const value = decode(text.slice(start, end));
    const plain = this.#rules.redactValue(value, cut && end === text.length);
    if (plain !== value) this.#edits.replace(start, end, encode(plain));
  }
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  return spaced.replace(escapes, (run) => decodeText(Buffer.from(run.replaceAll('%', ''), 'hex').toString('latin1')));
}

function encode(text: string): string {
  return encodeURIComponent(text.replace(loneSurrogate, '\ufffd'))
    .replaceAll('%20', '+')
    .replaceAll(encodedMark, redactionMark);
}
