import { redactionMark } from '../redact-params.ts';
import { type Edit, Edits } from './edits.ts';
import { nestedEnd, opens, stringEnd } from './literals.ts';
import { isNameKey, isValueKey, NameValuePair } from './name-value-pair.ts';
import type { Content, Rules } from './rules.ts';

/** All keys that begin at one column. */
type Mapping = { readonly column: number; readonly pair: NameValuePair; proposed: Edit | undefined };

/** A line that is not empty; what follows its indentation and the dashes of list items begins at `column`. */
type Line = { readonly indent: number; readonly column: number; readonly start: number; readonly rest: string };

const linePattern = /([ \t]*)((?:-(?: +|(?=[\r\n])))*)([^\r\n]*)(?:\r\n|\r|\n|$)/y;
/** `key: value`; a key may have colons that nothing separates from what follows. Tags and anchors are no values. */
const keyPattern = /^(?:\? +)?((?:[^:]|:(?=[^ \t])){1,256}):(?:[ \t]+|$)(?:[!&][^\s]*[ \t]*)*/;
/** `? key`, with `: value` on a line of its own. */
const explicitKey = /^\? +([^:]{1,256})$/;
const explicitValue = /^:[ \t]+/;
const quoted = /^(["'])(.*)\1$/;
const notSecret = /^(?:null|true|false|~|\[redacted\]|\*[\w-]+)[ \t]*$/i;

/** Redacts the values of secret keys in block style, over all of their lines. Flow style is left as it is. */
export function redactYaml(content: Content, rules: Rules): string {
  return new YamlReader(content, rules).read();
}

class YamlReader {
  readonly #content: Content;
  readonly #rules: Rules;
  readonly #edits: Edits;
  readonly #mappings: Mapping[] = [];
  /** A secret value, which lasts as long as lines are indented more than its key, or are items of its list. */
  #secret: { readonly edit: Edit; readonly column: number; readonly isList: boolean } | undefined;
  #explicitKey = '';
  /** Where the last line ended that was not empty. */
  #lastEnd = 0;

  constructor(content: Content, rules: Rules) {
    this.#content = content;
    this.#rules = rules;
    this.#edits = new Edits(content.text);
  }

  read(): string {
    const { text, cut } = this.#content;
    for (let at = 0; at < text.length; ) {
      linePattern.lastIndex = at;
      const [whole = '', indent = '', dashes = '', rest = ''] = linePattern.exec(text) ?? [];
      const column = indent.length + dashes.length;
      const next = at + Math.max(1, whole.length);
      if (dashes !== '' || rest !== '') {
        this.#lastEnd = this.#readLine({ indent: indent.length, column, start: at + column, rest });
      }
      at = Math.max(next, this.#lastEnd);
    }
    this.#endSecret();
    this.#leave(-1, cut);
    return this.#edits.result();
  }

  /** Returns where the line ends, or its value, if that is quoted or in brackets. */
  #readLine({ indent, column, start, rest }: Line): number {
    const lineEnd = start + rest.length;
    if (this.#secret !== undefined) {
      const isItem = this.#secret.isList && indent === this.#secret.column && column > indent;
      if (indent > this.#secret.column || isItem) return lineEnd;
      this.#endSecret();
    }
    this.#leave(indent, false);
    const explicit = explicitKey.exec(rest);
    this.#explicitKey = explicit?.[1] ?? this.#explicitKey;
    const match = rest.startsWith(':') ? explicitValue.exec(rest) : keyPattern.exec(rest);
    if (explicit !== null || match === null) return lineEnd;
    const key = withoutQuotes(match[1] ?? this.#explicitKey);
    return this.#readValue(key, column, { from: start + match[0].length, lineEnd });
  }

  #readValue(key: string, column: number, { from, lineEnd }: { readonly from: number; readonly lineEnd: number }) {
    const value = this.#content.text.slice(from, lineEnd);
    const { isSecretName } = this.#rules;
    const mapping = this.#mappingAt(column);
    const isName = isNameKey(key);
    if (isName && !this.#isCut(lineEnd)) mapping.pair.name(key, withoutQuotes(value));
    const isSecret = isSecretName(key) && !notSecret.test(value);
    if (isSecret && !isName) {
      const edit = this.#edits.propose(from, value === '' ? ` ${redactionMark}` : redactionMark);
      this.#secret = { edit, column, isList: value === '' };
      return valueEnd(this.#content.text, from, lineEnd);
    }
    if (!isSecret && !isValueKey(key)) return lineEnd;
    mapping.proposed = this.#edits.propose(from, redactionMark);
    if (isSecret) mapping.pair.secretKey(mapping.proposed);
    else mapping.pair.value(key, mapping.proposed);
    return lineEnd;
  }

  #isCut(end: number): boolean {
    return this.#content.cut && end === this.#content.text.length;
  }

  /** An empty value is none. */
  #endSecret(): void {
    if (this.#secret === undefined) return;
    const { edit } = this.#secret;
    edit.isActive = true;
    edit.to = this.#lastEnd;
    this.#secret = undefined;
  }

  /** The mapping of a key, in which the value before it has ended. */
  #mappingAt(column: number): Mapping {
    const last = this.#mappings.at(-1);
    if (last?.column === column) {
      this.#endProposed(last);
      return last;
    }
    const mapping = { column, pair: new NameValuePair(this.#rules.isSecretName), proposed: undefined };
    this.#mappings.push(mapping);
    return mapping;
  }

  /** Ends the mappings that are indented more than this. */
  #leave(indent: number, cut: boolean): void {
    for (let last = this.#mappings.at(-1); last !== undefined && last.column > indent; last = this.#mappings.at(-1)) {
      this.#endProposed(last);
      last.pair.close(cut);
      this.#mappings.pop();
    }
  }

  #endProposed(mapping: Mapping): void {
    if (mapping.proposed !== undefined) mapping.proposed.to = this.#lastEnd;
    mapping.proposed = undefined;
  }
}

function withoutQuotes(text: string): string {
  const trimmed = text.trim();
  return quoted.exec(trimmed)?.[2] ?? trimmed;
}

/** What is quoted or in brackets has an end of its own, and the rest of its last line may be a comment. */
function valueEnd(text: string, from: number, lineEnd: number): number {
  const first = text[from] ?? '';
  const isString = first === '"' || first === "'";
  const end = isString ? stringEnd(text, from) : opens(first) ? nestedEnd(text, from) : from;
  if (end <= lineEnd) return lineEnd;
  const lastLine = text.slice(end).search(/[\r\n]/);
  return lastLine < 0 ? text.length : end + lastLine;
}
