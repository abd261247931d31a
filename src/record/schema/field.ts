import type { LoggedHeaders } from '../headers/logged-headers.ts';
import type { LogRecord } from '../record.ts';

/** Values by names that nobody can foresee; a name that came more than once has a list. */
export type NamedValues = { readonly [name: string]: string | readonly string[] };

/** What a field holds, by its kind: all that an encoder, a mapping or a table in a database needs to know. */
export type FieldKinds = {
  /** Microseconds since the epoch. */
  time: number;
  /** What is another one in nearly every record, of characters that need no escape in JSON. */
  id: string;
  ip: string;
  /** One of a few words, of characters that need no escape in JSON. */
  token: string;
  tokens: readonly string[];
  /** Found as a whole and counted. */
  word: string;
  /** The same for what may be long. */
  line: string;
  /** Found by its words. */
  text: string;
  integer: number;
  integers: readonly number[];
  /** With microsecond precision. */
  milliseconds: number;
  number: number;
  /** There or not there. */
  flag: true;
  headers: LoggedHeaders;
  /** One object. */
  names: NamedValues;
  /** A field of its own for each name: the name of this one, a dot, and that name. */
  attributes: NamedValues;
};

/**
 * Objects of a record: one for all exchanges of a connection, one for all records, and two that most records do not
 * have.
 */
export type FieldOrigin = 'endpoints' | 'identity' | 'grpc' | 'session';

/** One field of a schema: its name, what it holds, and where that comes from. `undefined` is left out. */
export type Field = {
  readonly [Kind in keyof FieldKinds]: {
    readonly name: string;
    readonly kind: Kind;
    /** The object of the record that its value is made from, and from nothing else. */
    readonly from?: FieldOrigin;
    readonly of: (record: LogRecord) => FieldKinds[Kind] | undefined;
  };
}[keyof FieldKinds];
