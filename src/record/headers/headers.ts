import type { HeaderField } from '../../http/header-field.ts';
import type { HeaderFields } from '../../http/header-fields.ts';
import { isOrdinary } from '../ordinary-text.ts';
import type { Redactor } from '../redact/redact.ts';
import { REDACTED } from '../redact/redact-params.ts';
import { decodeText } from '../text.ts';
import { LoggedField, LoggedName } from './logged-field.ts';
import { LoggedHeaders } from './logged-headers.ts';

/** Which headers a record carries; names in any case. */
export type HeaderSelection =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'only'; readonly names: readonly string[] };

const defaultMaxFields = 256;

/** Reads the selected headers of a message, redacted; undefined if no headers are to be logged. */
export type HeaderReader = (fields: HeaderFields) => LoggedHeaders | undefined;

/** Logs the first `maxFields` of the selected fields: each costs something in every stage from here to the log server. */
export function createHeaderReader(
  selection: HeaderSelection,
  log: FieldReader,
  maxFields: number = defaultMaxFields,
): HeaderReader {
  if (selection.kind === 'none') return () => undefined;
  const names = selection.kind === 'only' ? new Set(selection.names.map((name) => name.toLowerCase())) : undefined;
  return ({ fields }) => {
    const logged: LoggedField[] = [];
    let notLogged = 0;
    for (const field of fields) {
      if (names !== undefined && !names.has(field.name)) continue;
      if (logged.length < maxFields) logged.push(log(field));
      else notLogged++;
    }
    return new LoggedHeaders(logged, notLogged);
  };
}

/** More names than this, and all of them are forgotten; longer ones are not kept. */
const maxNames = 512;
const maxNameLength = 64;

/** What all fields of a name have in common. */
type NameFacts = {
  readonly logged: LoggedName;
  /** The field, whatever its value, if that is a secret. */
  readonly secret: LoggedField | undefined;
};

/** Redacts a field, once for all messages that repeat its line. */
export type FieldReader = (field: HeaderField) => LoggedField;

export function createFieldReader(redactor: Redactor): FieldReader {
  class OwnField extends LoggedField {}
  const names = new Map<string, NameFacts>();
  const nameOf = (text: string): NameFacts => {
    const known = names.get(text);
    if (known !== undefined) return known;
    const logged = new LoggedName(text);
    const name = { logged, secret: redactor.isSecretHeader(text) ? new OwnField(logged, REDACTED, true) : undefined };
    if (text.length > maxNameLength) return name;
    if (names.size >= maxNames) names.clear();
    names.set(text, name);
    return name;
  };
  return (field) => {
    // Another reader may redact differently.
    if (field.note instanceof OwnField) return field.note;
    const { name, value } = field;
    const { logged, secret } = nameOf(name);
    const isPlain = secret === undefined && isOrdinary(value);
    const note = secret ?? new OwnField(logged, isPlain ? value : redactor.header(name, decodeText(value)), isPlain);
    field.note = note;
    return note;
  };
}
