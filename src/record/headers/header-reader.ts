import type { HeaderField } from '../../http/header-field.ts';
import type { HeaderFields } from '../../http/header-fields.ts';
import type { FieldCache } from './field-cache.ts';
import type { LoggedField } from './logged-field.ts';
import { LoggedHeaders } from './logged-headers.ts';
import { RepeatedField } from './repeated-field.ts';

/** Which headers a record carries; names in any case. */
export type HeaderSelection =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'only'; readonly names: readonly string[] };

/** Where MAX_FIELDS says nothing else. */
export const defaultMaxFields = 256;

const noValues: readonly string[] = [];

/**
 * Reads the selected headers of messages, redacted. Of each message the first `maxFields` are logged: each costs
 * something in every stage from here to the log server.
 */
export class HeaderReader {
  readonly #cache: FieldCache;
  readonly #isLogged: boolean;
  /** Undefined if all are. */
  readonly #names: ReadonlySet<string> | undefined;
  readonly #maxFields: number;
  #message = 0;

  constructor(cache: FieldCache, selection: HeaderSelection, maxFields: number = defaultMaxFields) {
    this.#cache = cache;
    this.#isLogged = selection.kind !== 'none';
    this.#names = selection.kind === 'only' ? new Set(selection.names.map((name) => name.toLowerCase())) : undefined;
    this.#maxFields = maxFields;
  }

  /** Undefined if no headers are to be logged. */
  read({ fields }: HeaderFields): LoggedHeaders | undefined {
    if (!this.#isLogged) return undefined;
    this.#cache.startMessage();
    this.#message++;
    const logged: (LoggedField | RepeatedField)[] = [];
    let seen = 0;
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index] as (typeof fields)[number];
      if (this.#names !== undefined && !this.#names.has(field.name)) continue;
      if (seen < this.#maxFields) this.#add(logged, this.#cache.field(field));
      seen++;
    }
    return new LoggedHeaders(logged, Math.max(0, seen - this.#maxFields));
  }

  /** The first value of a header, redacted, whether or not it is to be logged. */
  text(headers: HeaderFields, name: string): string | undefined {
    const field = headers.field(name);
    return field === undefined ? undefined : this.#cache.field(field).value;
  }

  /** What stands for a header of this name, redacted like one. */
  shown(name: string, value: string): string {
    return this.shownField({ name, value, slot: 0 });
  }

  shownField(field: HeaderField): string {
    return this.#cache.field(field).value;
  }

  /** The values of all headers of a name, redacted, whether or not they are to be logged. */
  values(headers: HeaderFields, name: string): readonly string[] {
    if (headers.field(name) === undefined) return noValues;
    const fields = headers.fields.filter((field) => field.name === name);
    return fields.map((field) => this.#cache.field(field).value);
  }

  #add(logged: (LoggedField | RepeatedField)[], field: LoggedField): void {
    const { name } = field;
    if (name.message !== this.#message) {
      name.message = this.#message;
      name.place = logged.length;
      logged.push(field);
      return;
    }
    const earlier = logged[name.place] as LoggedField | RepeatedField;
    if (earlier.isText) logged[name.place] = new RepeatedField(name, [earlier.value, field.value]);
    else earlier.value.push(field.value);
  }
}
