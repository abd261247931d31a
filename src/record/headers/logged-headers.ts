import { jsonOf } from '../json-text.ts';
import { LoggedField } from './logged-field.ts';
import { LoggedName } from './logged-name.ts';
import { RepeatedField } from './repeated-field.ts';

/** Header values by lower-case name; a repeated name holds an array. */
export type RecordHeaders = { readonly [name: string]: string | readonly string[] };

const digit0 = 0x30;
const digit9 = 0x39;

/** The headers of one message as a record carries them; as an object or as JSON, whichever a sink asks for. */
export class LoggedHeaders {
  readonly #fields: readonly (LoggedField | RepeatedField)[];
  /** How many more fields the message has. */
  readonly notLogged: number;
  #object: RecordHeaders | undefined;
  #json: string | undefined;

  /** No two fields have the same name. */
  constructor(fields: readonly (LoggedField | RepeatedField)[], notLogged = 0) {
    this.#fields = fields;
    this.notLogged = notLogged;
  }

  static of(headers: RecordHeaders): LoggedHeaders {
    const fields = Object.entries(headers).map(([name, value]) =>
      typeof value === 'string'
        ? new LoggedField(new LoggedName(name), value)
        : new RepeatedField(new LoggedName(name), [...value]),
    );
    return new LoggedHeaders(fields);
  }

  get object(): RecordHeaders {
    this.#object ??= objectOf(this.#fields);
    return this.#object;
  }

  /** Each header as a list, also one that came once; undefined if there is none. */
  get lists(): { readonly [name: string]: readonly string[] } | undefined {
    if (this.#fields.length === 0) return undefined;
    // Without a prototype, so that `__proto__` is a name like any other.
    const lists: { [name: string]: readonly string[] } = Object.create(null);
    for (const [name, value] of Object.entries(this.object)) lists[name] = typeof value === 'string' ? [value] : value;
    return lists;
  }

  /** The same as `jsonOf` the object. */
  get json(): string {
    this.#json ??= isInOrder(this.#fields) ? joined(this.#fields) : jsonOf(this.object);
    return this.#json;
  }

  toJSON(): RecordHeaders {
    return this.object;
  }
}

function objectOf(fields: readonly (LoggedField | RepeatedField)[]): RecordHeaders {
  const headers: { [name: string]: string | readonly string[] } = {};
  for (const { name, value } of fields) {
    if (name.text === '__proto__') {
      Object.defineProperty(headers, name.text, { value, writable: true, enumerable: true, configurable: true });
    } else {
      headers[name.text] = value;
    }
  }
  return headers;
}

function joined(fields: readonly (LoggedField | RepeatedField)[]): string {
  let json = '';
  let isInText = false;
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index] as LoggedField | RepeatedField;
    const { first, next, afterText } = field.jsonName;
    json += field.json(json === '' ? first : isInText ? afterText : next);
    isInText = field.isText;
  }
  if (json === '') return '{}';
  return json + (isInText ? '"}' : '}');
}

/** No name is a number: objects put those first. */
function isInOrder(fields: readonly (LoggedField | RepeatedField)[]): boolean {
  for (let index = 0; index < fields.length; index++) {
    const code = (fields[index] as LoggedField | RepeatedField).name.text.charCodeAt(0);
    if (code >= digit0 && code <= digit9) return false;
  }
  return true;
}
