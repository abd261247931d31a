import { EncodedText, isSpace } from './encoded-text.ts';
import { isOAuthRequest } from './is-oauth-request.ts';
import { findQuote, isQuote, type MemberValue, memberValue, stringValue } from './member-value.ts';
import type { NameTest } from './secret-names.ts';

/** What stands in a record for a secret. */
export const redactionMark = '[redacted]';

/**
 * How far a value goes: in a `url` to the end of the parameter, in `text` that contains URLs also no further than white
 * space, quotes and angle brackets, in a `form` always to the next `&`.
 */
export type ParamsKind = 'url' | 'text' | 'form';

// `;` and `#` are separators only where another name follows: some servers take them as part of the value.
const valueEnds = {
  url: { path: /[/?]|[&;#](?=[\w.%[\]-]+=)/g, query: /&|[;#](?=[\w.%[\]-]+=)/g },
  text: { path: /[/?\s<>"]|[&;#](?=[\w.%[\]-]+=)/g, query: /[&\s<>"]|[;#](?=[\w.%[\]-]+=)/g },
  form: { path: /&/g, query: /&/g },
} as const;

/** The characters before a name: `?&;#/,` white space, quotes, brackets except `[`, which is part of names. */
const startsName: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  '?&;#/,\t\n\r "\'<>(){}|'.includes(String.fromCharCode(code)),
);

const equals = 0x3d;
const question = 0x3f;
const colon = 0x3a;

/** Whether a parameter or a member of an object may stand in a text: most have none of these characters. */
export function mayHoldParam(text: string): boolean {
  return text.includes('=') || text.includes('%') || (text.includes('"') && text.includes(':'));
}

/**
 * Replaces the values of all parameters with a secret name: after `?`, `&`, `;`, `#`, `/`, at the start, and inside of
 * other values (a URL in a URL); and those of the members of objects, as of JSON in a parameter. Separators and quotes
 * may be percent-encoded.
 */
export function redactParams(text: string, isSecretName: NameTest, kind: ParamsKind): string {
  return mayHoldParam(text) ? new ParamScan(text, isSecretName, kind).redacted() : text;
}

/** A name in quotes, and its closing quote as it was sent. */
type QuotedName = { readonly start: number; readonly end: number; readonly quote: string };

/** One pass over a text; a value that is replaced is passed over. */
class ParamScan {
  readonly #reader: EncodedText;
  readonly #isSecretName: NameTest;
  readonly #kind: ParamsKind;
  readonly #inOAuth: boolean;
  #redacted = '';
  #copied = 0;
  #nameStart = 0;
  /** Set while nothing but white space has come behind it. */
  #quotedName: QuotedName | undefined;
  #inQuery: boolean;

  constructor(text: string, isSecretName: NameTest, kind: ParamsKind) {
    this.#reader = new EncodedText(text);
    this.#isSecretName = isSecretName;
    this.#kind = kind;
    this.#inOAuth = text.includes('code') && isOAuthRequest(text);
    this.#inQuery = kind === 'form';
  }

  redacted(): string {
    const reader = this.#reader;
    while (!reader.isOver) {
      const { code, at } = reader;
      if (isQuote(code)) this.#seeQuote();
      reader.read();
      if (code === equals) this.#seeParam(at);
      else if (code === colon) this.#seeMember(at);
      else if (startsName[code] === true) this.#nameStart = reader.at;
      if (code === question) this.#inQuery = true;
      if (!isQuote(code) && !isSpace(code)) this.#quotedName = undefined;
    }
    return this.#copied === 0 ? reader.text : this.#redacted + reader.text.slice(this.#copied);
  }

  #seeQuote(): void {
    const { text, slashesStart, next } = this.#reader;
    this.#quotedName = { start: this.#nameStart, end: slashesStart, quote: text.slice(slashesStart, next) };
  }

  /** Behind `=`. At the end of the text stands no value, but the end of a hash or key in Base64. */
  #seeParam(nameEnd: number): void {
    const reader = this.#reader;
    const { at: start, text } = reader;
    const isSecret = !reader.isOver && this.#isSecret(this.#nameStart, nameEnd);
    this.#nameStart = start;
    if (!isSecret) return;
    if (this.#kind === 'text' && findQuote(reader)) return this.#replace(stringValue(reader));
    const end = valueEnd(text, start, valueEnds[this.#kind][this.#inQuery ? 'query' : 'path']);
    if (end > start) this.#replace({ start, end, before: '', behind: '' });
    else reader.moveTo(start);
  }

  /** Behind `:`. A name without quotes, as in GraphQL, counts only with a value in quotes. */
  #seeMember(nameEnd: number): void {
    const reader = this.#reader;
    const quoted = this.#quotedName;
    const { start, end } = quoted ?? { start: this.#nameStart, end: nameEnd };
    const valueStart = reader.at;
    reader.skipSpace();
    if (reader.at > valueStart) this.#nameStart = reader.at;
    if ((quoted === undefined && !findQuote(reader)) || !this.#isSecret(start, end)) return;
    const value = quoted === undefined ? stringValue(reader) : memberValue(reader, quoted.quote);
    if (value === undefined) this.#nameStart = reader.at;
    else this.#replace(value);
  }

  #isSecret(start: number, end: number): boolean {
    return this.#isSecretName(this.#reader.text.slice(start, end), this.#inOAuth);
  }

  #replace({ start, end, before, behind }: MemberValue): void {
    this.#redacted += this.#reader.text.slice(this.#copied, start) + before + redactionMark + behind;
    this.#copied = end;
    this.#reader.moveTo(end);
    this.#nameStart = end;
  }
}

function valueEnd(text: string, from: number, end: RegExp): number {
  end.lastIndex = from;
  const match = end.exec(text);
  return match === null ? text.length : match.index;
}
