import type { JsonName } from '../json-name.ts';
import { escaped, inOnePiece } from '../json-text.ts';
import type { LoggedName } from './logged-name.ts';

/** A header that came once, as a record carries it: redacted. */
export class LoggedField {
  readonly isText = true;
  readonly name: LoggedName;
  readonly value: string;
  /** Whether the value is as it was sent, and stands in JSON as it is. If that is not known, it is looked at later. */
  readonly isPlain: boolean;
  /** How it was written last. */
  #start: string | undefined;
  #json: string | undefined;

  constructor(name: LoggedName, value: string, isPlain = false) {
    this.name = name;
    this.value = value;
    this.isPlain = isPlain;
  }

  get jsonName(): JsonName {
    return this.name.beforeText;
  }

  /** The member of an object in JSON, but for the quote at its end; `start` is one of the three of its name. */
  json(start: string): string {
    if (start === this.#start) {
      this.#json ??= inOnePiece(this.#written(start));
      return this.#json;
    }
    this.#start = start;
    this.#json = undefined;
    return this.#written(start);
  }

  #written(start: string): string {
    return start + (this.isPlain ? this.value : escaped(this.value));
  }
}
