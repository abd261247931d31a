import { EncodedText } from './encoded-text.ts';
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

const equals = 0x3d;
const question = 0x3f;
const colon = 0x3a;

/** Before a name: `?&;#/,`, white space, quotes, and brackets except `[`, which is part of names. */
const startsName = charactersOf('?&;#/,\t\n\r "\'<>(){}|');
/** What takes a closer look: it may be encoded, or belong to a member of an object. */
const isIntricate = charactersOf('%:"\'\\');
const blank = /^(?:[\s+]|%(?:25)*(?:20|0[9ad]))*$/i;

/** Whether a parameter or a member of an object may stand in a text: most have none of these characters. */
function mayHoldParam(text: string): boolean {
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

/** One pass over a text; a value that is replaced is passed over. */
class ParamScan {
  readonly #text: string;
  readonly #isSecretName: NameTest;
  readonly #kind: ParamsKind;
  readonly #inOAuth: boolean;
  /** Made when it is needed: most texts have nothing intricate. */
  #ownReader: EncodedText | undefined;
  #redacted = '';
  #copied = 0;
  #nameStart = 0;
  /** What may be a name in quotes: where it begins, where it ends, and where its closing quote ends; or -1. */
  #quotedStart = -1;
  #quotedEnd = -1;
  #quoteEnd = -1;
  #inQuery: boolean;

  constructor(text: string, isSecretName: NameTest, kind: ParamsKind) {
    this.#text = text;
    this.#isSecretName = isSecretName;
    this.#kind = kind;
    this.#inOAuth = text.includes('code') && isOAuthRequest(text);
    this.#inQuery = kind === 'form';
  }

  redacted(): string {
    const text = this.#text;
    for (let at = 0; at < text.length; ) {
      const code = text.charCodeAt(at);
      if (isIntricate[code] === true) {
        at = this.#lookAt(at);
      } else if (code === equals) {
        at = this.#seeParam(at, at + 1);
      } else {
        at++;
        if (code === question) this.#inQuery = true;
        if (startsName[code] === true) this.#nameStart = at;
      }
    }
    return this.#copied === 0 ? text : this.#redacted + text.slice(this.#copied);
  }

  /** Each of these gives the index to continue at. */
  #lookAt(at: number): number {
    const reader = this.#reader;
    // The reader knows the backslashes before a quote, if it has just read them.
    if (reader.at !== at) reader.moveTo(at);
    const { code, slashesStart } = reader;
    reader.read();
    if (code === equals) return this.#seeParam(at, reader.at);
    if (code === colon) return this.#seeMember(at);
    if (code === question) this.#inQuery = true;
    if (isQuote(code)) {
      this.#quotedStart = this.#nameStart;
      this.#quotedEnd = slashesStart;
      this.#quoteEnd = reader.at;
    }
    if (startsName[code] === true) this.#nameStart = reader.at;
    return reader.at;
  }

  /** `start`: behind `=`. At the end of the text stands no value, but the end of a hash or key in Base64. */
  #seeParam(nameEnd: number, start: number): number {
    const isSecret = start < this.#text.length && this.#isSecret(this.#nameStart, nameEnd);
    this.#nameStart = start;
    if (!isSecret) return start;
    if (this.#kind === 'text') {
      this.#reader.moveTo(start);
      if (findQuote(this.#reader)) return this.#replace(stringValue(this.#reader));
    }
    const end = valueEnd(this.#text, start, valueEnds[this.#kind][this.#inQuery ? 'query' : 'path']);
    return end > start ? this.#replace({ start, end, before: '', behind: '' }) : start;
  }

  /** Behind `:`. A name without quotes, as in GraphQL, counts only with a value in quotes. */
  #seeMember(nameEnd: number): number {
    const reader = this.#reader;
    const quoteEnd = this.#quoteEnd;
    // It is asked for once, or each of many colons would look back to it.
    this.#quoteEnd = -1;
    const isQuoted = quoteEnd >= 0 && blank.test(this.#text.slice(quoteEnd, nameEnd));
    const start = isQuoted ? this.#quotedStart : this.#nameStart;
    const end = isQuoted ? this.#quotedEnd : nameEnd;
    const valueStart = reader.at;
    reader.skipSpace();
    if (reader.at > valueStart) this.#nameStart = reader.at;
    if ((!isQuoted && !findQuote(reader)) || !this.#isSecret(start, end)) return reader.at;
    const value = isQuoted ? memberValue(reader, this.#text.slice(end, quoteEnd)) : stringValue(reader);
    if (value !== undefined) return this.#replace(value);
    this.#nameStart = reader.at;
    return reader.at;
  }

  get #reader(): EncodedText {
    this.#ownReader ??= new EncodedText(this.#text);
    return this.#ownReader;
  }

  #isSecret(start: number, end: number): boolean {
    return this.#isSecretName(this.#text.slice(start, end), this.#inOAuth);
  }

  #replace({ start, end, before, behind }: MemberValue): number {
    this.#redacted += this.#text.slice(this.#copied, start) + before + redactionMark + behind;
    this.#copied = end;
    this.#nameStart = end;
    return end;
  }
}

function valueEnd(text: string, from: number, end: RegExp): number {
  end.lastIndex = from;
  const match = end.exec(text);
  return match === null ? text.length : match.index;
}

/** By its code, whether a character is one of these. */
function charactersOf(text: string): readonly boolean[] {
  return Array.from({ length: 128 }, (_, code) => text.includes(String.fromCharCode(code)));
}
