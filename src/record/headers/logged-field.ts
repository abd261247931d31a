import { isPlainText } from '../json-text.ts';

/** The name of a field as a record carries it, made ready once for all of its values. */
export class LoggedName {
  readonly text: string;
  /** What a field begins with in JSON, if it is the first one of a message or another one. */
  readonly first: string;
  readonly next: string;

  constructor(text: string) {
    const json = JSON.stringify(text);
    this.text = text;
    this.first = inOnePiece(`{${json}:"`);
    this.next = inOnePiece(`,${json}:"`);
  }
}

/** One header field as a record carries it: redacted. Made once for each header line that repeats. */
export class LoggedField {
  readonly #name: LoggedName;
  readonly value: string;
  /** The value stands in JSON as it is. If that is not known, it is looked at when it is asked for. */
  readonly #isPlain: boolean;
  #first: string | undefined;
  #next: string | undefined;

  constructor(name: LoggedName, value: string, isPlain = false) {
    this.#name = name;
    this.value = value;
    this.#isPlain = isPlain;
  }

  get name(): string {
    return this.#name.text;
  }

  /** `{"name":"value"`: the first field of a message, in JSON. */
  get first(): string {
    if (this.#first !== undefined) return inOnePiece(this.#first);
    this.#first = this.#json(this.#name.first);
    return this.#first;
  }

  /** `,"name":"value"`: any other field. */
  get next(): string {
    if (this.#next !== undefined) return inOnePiece(this.#next);
    this.#next = this.#json(this.#name.next);
    return this.#next;
  }

  #json(start: string): string {
    const { value } = this;
    return this.#isPlain || isPlainText(value) ? `${start}${value}"` : start.slice(0, -1) + JSON.stringify(value);
  }
}

/** What was joined stays in pieces until it is asked for a character. Worth it for what is written again: each piece costs as much as forty characters. */
function inOnePiece(text: string): string {
  text.charCodeAt(0);
  return text;
}
