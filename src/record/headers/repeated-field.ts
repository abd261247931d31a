import type { JsonName } from '../json-name.ts';
import { jsonOf } from '../json-text.ts';
import type { LoggedName } from './logged-name.ts';

/** A header that came more than once in a message, as a record carries it. */
export class RepeatedField {
  readonly isText = false;
  readonly name: LoggedName;
  readonly value: string[];

  constructor(name: LoggedName, value: string[]) {
    this.name = name;
    this.value = value;
  }

  get jsonName(): JsonName {
    return this.name.beforeList;
  }

  /** The member of an object in JSON; `start` is one of the three of its name. */
  json(start: string): string {
    return start + jsonOf(this.value);
  }
}
