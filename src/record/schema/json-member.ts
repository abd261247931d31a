import { JsonName } from '../json-name.ts';
import { escaped, inOnePiece } from '../json-text.ts';
import type { LogRecord } from '../record.ts';

/**
 * What stands behind a name: `json` as it is; a text between quotes, which is `plain` (no character of it needs an
 * escape) or `free`; a `word`, which is a text that is mostly the same as in the record before, plain or not.
 */
export type JsonForm = 'json' | 'plain' | 'free' | 'plain-word' | 'free-word';

/** Where the value comes from; a number is `json` as it is. */
export type JsonSource = (record: LogRecord) => string | number | undefined;

/** One member of an object in JSON, but for the quote at its end. */
export class JsonMember {
  readonly name: JsonName;
  readonly isText: boolean;
  readonly valueIn: JsonSource;
  readonly #isPlain: boolean;
  readonly #isWord: boolean;
  /** Of the last word. */
  #start = '';
  #word: string | undefined;
  #json: string | undefined;

  /** Without a name, the value has names in it: it is one or more members. */
  constructor(name: string | undefined, form: JsonForm, valueIn: JsonSource) {
    this.valueIn = valueIn;
    this.isText = form !== 'json';
    this.#isPlain = form !== 'free' && form !== 'free-word';
    this.#isWord = form === 'plain-word' || form === 'free-word';
    this.name = new JsonName((name === undefined ? '' : `${JSON.stringify(name)}:`) + (this.isText ? '"' : ''));
  }

  /** `start` is one of the three of its name. */
  json(start: string, value: string | number): string {
    if (typeof value === 'number') return start + value;
    if (!this.#isWord) return start + this.#escaped(value);
    if (value === this.#word && start === this.#start) {
      this.#json ??= inOnePiece(start + this.#escaped(value));
      return this.#json;
    }
    this.#word = value;
    this.#start = start;
    this.#json = undefined;
    return start + this.#escaped(value);
  }

  #escaped(value: string): string {
    return this.#isPlain ? value : escaped(value);
  }
}
