import { redactionMark } from '../redact-params.ts';
import { type Edit, Edits } from './edits.ts';
import { closes, endOf, isClosed, nestedEnd, opens, skipSpace, stringEnd, unquote } from './literals.ts';
import { isNameKey, isValueKey, NameValuePair } from './name-value-pair.ts';
import type { Content, Rules } from './rules.ts';

/** What became of a text; `isUnderstood`: it was nothing but documents, of which the last one may be cut off. */
export type RedactedLiterals = { readonly text: string; readonly isUnderstood: boolean };

/** An object or list that is not closed yet. */
type Frame = {
  readonly bracket: string;
  readonly pair: NameValuePair;
  /** The key whose value comes next. */
  key: string;
  /** What may replace the value that comes next. */
  proposed: Edit | undefined;
  items: number;
  /** `{"loc":["body","password"]}`: the last string is a name, too. */
  lastString: string;
  /** The item before is a secret name: `[["password","x"]]`, `["--password","x"]`. */
  isSecretEntry: boolean;
};

/** Deeper ones are read by their keys only. */
const maxFrames = 512;
const bareEnd = /[,}\])\s:"{[(=!]/g;
const lineEnd = /[,}\]\r\n]/g;
const typeEnd = /[^\w!\s[\]]/g;
const bareValue = /^(?:null|true|false|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)$/;
const number = /^-?\d[\d.eE+-]*$/;
const notSecret = /^(?:null|true|false|\$\w*)?$/;
const cutLiteral = /^[a-z]{1,4}$/;
/** `\u001e` begins the texts of a JSON sequence (RFC 7464). */
const between = /[\s\ufeff\p{Cc},:]/u;
const space = /\s/;
const beforeValue = /^[{[(,:=]?$/;
const graphqlToken = /^(?:[$@]?[\w.-]+|[!|&])$/;
const lineBreak = /[\r\n]/;
const commentEnd = /[\r\n]/g;
const replacement = JSON.stringify(redactionMark);

/**
 * Replaces the values of keys with a secret name, and has everything else redacted by what it holds. It reads tokens,
 * not documents: the text may be cut off anywhere, hold several documents, have bare keys, or not be JSON at all.
 */
export function redactJson(content: Content, rules: Rules): RedactedLiterals {
  return new LiteralReader(content, rules, false).read();
}

/** The same for the arguments and the default values of variables in a GraphQL document. */
export function redactGraphql(content: Content, rules: Rules): RedactedLiterals {
  return new LiteralReader(content, rules, true).read();
}

class LiteralReader {
  readonly #text: string;
  readonly #cut: boolean;
  readonly #rules: Rules;
  readonly #isGraphql: boolean;
  readonly #edits: Edits;
  readonly #frames: Frame[] = [];
  #isUnderstood = true;
  #deeper = 0;
  /** Open parentheses: inside of them, GraphQL has arguments. */
  #parentheses = 0;
  /** The last character before the next token that is no white space. */
  #previous = '';

  constructor({ text, cut }: Content, rules: Rules, isGraphql: boolean) {
    this.#text = text;
    this.#cut = cut;
    this.#rules = rules;
    this.#isGraphql = isGraphql;
    this.#edits = new Edits(text);
  }

  read(): RedactedLiterals {
    for (let at = 0; at < this.#text.length; ) {
      at = this.#readToken(at);
      const last = this.#text[at - 1] ?? '';
      if (!space.test(last)) this.#previous = last;
    }
    for (const frame of this.#frames) frame.pair.close(true);
    if (this.#frames.length > 0 && !this.#cut) this.#isUnderstood = false;
    return { text: this.#edits.result(), isUnderstood: this.#isUnderstood };
  }

  #readToken(at: number): number {
    const char = this.#text[at] ?? '';
    // Elsewhere it is an apostrophe.
    const isSingleQuoted = char === "'" && beforeValue.test(this.#previous);
    if (char === '"' || isSingleQuoted) return this.#readString(at);
    if (opens(char)) return this.#open(at, char);
    if (closes(char)) return this.#close(at + 1);
    if (between.test(char)) return at + 1;
    if (char === '#' && this.#isGraphql) return this.#readComment(at);
    return this.#readBare(at);
  }

  #open(at: number, bracket: string): number {
    if (this.#frames.at(-1)?.isSecretEntry === true) return this.#redact(at, nestedEnd(this.#text, at));
    if (bracket === '(') this.#parentheses++;
    // Lists of GraphQL are in arguments, and JSON has no arguments.
    if (this.#isGraphql ? bracket === '[' && this.#parentheses === 0 : bracket === '(') this.#isUnderstood = false;
    if (this.#frames.length >= maxFrames) this.#deeper++;
    else this.#frames.push(newFrame(bracket, new NameValuePair(this.#rules.isSecretName)));
    return at + 1;
  }

  #close(end: number): number {
    if (this.#text[end - 1] === ')') this.#parentheses--;
    if (this.#deeper > 0) {
      this.#deeper--;
      return end;
    }
    const frame = this.#frames.pop();
    if (frame === undefined) this.#isUnderstood = false;
    frame?.pair.close(false);
    this.#finishValue(end, frame?.lastString ?? '');
    return end;
  }

  #readString(at: number): number {
    const end = stringEnd(this.#text, at);
    const token = this.#text.slice(at, end);
    const isOdd = this.#isGraphql ? this.#parentheses === 0 : lineBreak.test(token);
    if (isOdd || token.startsWith("'")) this.#isUnderstood = false;
    const content = unquote(token);
    const colon = skipSpace(this.#text, end);
    if (this.#text[colon] !== ':') return this.#readLeaf(at, end, content);
    if (this.#isGraphql) this.#isUnderstood = false;
    // A key may be a secret itself, such as a token in a table of sessions.
    const plain = this.#rules.redactValue(content, false);
    if (plain !== content) this.#edits.replace(at, end, JSON.stringify(plain));
    return this.#readValue(content, skipSpace(this.#text, colon + 1));
  }

  /** A bare key, a number, a literal, or what is no JSON. */
  #readBare(at: number): number {
    const end = Math.max(at + 1, endOf(bareEnd, this.#text, at));
    const token = this.#text.slice(at, end);
    const colon = skipSpace(this.#text, end);
    if (this.#text[colon] === ':') return this.#readBareKey(token, skipSpace(this.#text, colon + 1));
    const isAtEnd = this.#cut && end === this.#text.length;
    const isNumber = number.test(token);
    if (!this.#isExpected(token, isAtEnd)) this.#isUnderstood = false;
    if (this.#frames.at(-1)?.isSecretEntry === true) return this.#redact(at, end);
    const isSecret = isNumber && this.#rules.redactValue(token, isAtEnd) !== token;
    if (isSecret) this.#edits.replace(at, end, replacement);
    this.#finishValue(end, '');
    return end;
  }

  #isExpected(token: string, isAtEnd: boolean): boolean {
    if (this.#isGraphql) return token === '=' ? this.#parentheses > 0 : graphqlToken.test(token);
    return bareValue.test(token) || (isAtEnd && (number.test(token) || cutLiteral.test(token)));
  }

  #readBareKey(token: string, start: number): number {
    if (!this.#isGraphql) {
      this.#isUnderstood = false;
      return this.#readValue(token, start);
    }
    if (token.startsWith('$')) {
      // `$name: Type = default`
      const typed = endOf(typeEnd, this.#text, start);
      return this.#text[typed] === '=' ? this.#readValue(token, skipSpace(this.#text, typed + 1)) : start;
    }
    // Outside of arguments it is another name for a field.
    return this.#parentheses > 0 || this.#text[start] === '"' ? this.#readValue(token, start) : start;
  }

  #readValue(key: string, value: number): number {
    const frame = this.#frames.at(-1);
    const isSecret = this.#rules.isSecretName(key);
    // `{"key":"password","value":"x"}`: the value of `key` is no secret but a name.
    const mayBeName = frame !== undefined && this.#text[value] === '"' && isNameKey(key);
    if (isSecret && !mayBeName) return this.#redact(value, this.#secretEnd(value));
    if (frame === undefined) return value;
    frame.key = key;
    if (!isSecret && !isValueKey(key)) return value;
    frame.proposed = this.#edits.propose(value, replacement);
    if (isSecret) frame.pair.secretKey(frame.proposed);
    else frame.pair.value(key, frame.proposed);
    return value;
  }

  /** A string that is a value. */
  #readLeaf(at: number, end: number, content: string): number {
    if (this.#frames.at(-1)?.isSecretEntry === true) return this.#redact(at, end);
    const isCut = this.#cut && end === this.#text.length && !isClosed(this.#text.slice(at, end));
    const plain = this.#rules.redactValue(content, isCut);
    if (plain !== content) this.#edits.replace(at, end, JSON.stringify(plain));
    this.#finishValue(end, isCut ? '' : content);
    return end;
  }

  #readComment(at: number): number {
    const end = endOf(commentEnd, this.#text, at);
    const comment = this.#text.slice(at, end);
    const plain = this.#rules.redactValue(comment, this.#cut && end === this.#text.length);
    if (plain !== comment) this.#edits.replace(at, end, plain);
    return end;
  }

  #redact(from: number, end: number): number {
    if (!notSecret.test(this.#text.slice(from, end))) this.#edits.replace(from, end, replacement);
    this.#finishValue(end, '');
    return Math.max(from, end);
  }

  /** Where the value ends that begins here, also one that is no JSON: that may be of several words. */
  #secretEnd(start: number): number {
    const first = this.#text[start] ?? '';
    if (first === '"' || first === "'") return stringEnd(this.#text, start);
    if (opens(first)) return nestedEnd(this.#text, start);
    const end = endOf(bareEnd, this.#text, start);
    const isWhole = this.#isGraphql || bareValue.test(this.#text.slice(start, end)) || end === start;
    return isWhole ? end : endOf(lineEnd, this.#text, start);
  }

  #finishValue(end: number, text: string): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return;
    if (frame.proposed !== undefined) frame.proposed.to = end;
    frame.proposed = undefined;
    if (text !== '' && isNameKey(frame.key)) frame.pair.name(frame.key, text);
    frame.key = '';
    const isEntry = frame.items === 0 && this.#frames.at(-2)?.bracket === '[';
    const mayName = frame.bracket === '[' && text !== '' && (isEntry || text.startsWith('-'));
    frame.isSecretEntry = mayName && this.#rules.isSecretName(text);
    frame.items++;
    frame.lastString = text;
  }
}

function newFrame(bracket: string, pair: NameValuePair): Frame {
  return { bracket, pair, key: '', proposed: undefined, items: 0, lastString: '', isSecretEntry: false };
}
