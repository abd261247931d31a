import type { HeaderField } from '../http/header-field.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { LoggedField, LoggedHeaders } from './logged-headers.ts';
import type { Redactor } from './redact.ts';
import { decodeText } from './text.ts';

/** Which headers a record carries; names in any case. */
export type HeaderSelection =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'only'; readonly names: readonly string[] };

/** Reads the selected headers of a message, redacted; undefined if no headers are to be logged. */
export type HeaderReader = (fields: HeaderFields) => LoggedHeaders | undefined;

export function createHeaderReader(selection: HeaderSelection, log: FieldReader): HeaderReader {
  if (selection.kind === 'none') return () => undefined;
  const names = selection.kind === 'only' ? new Set(selection.names.map((name) => name.toLowerCase())) : undefined;
  return ({ fields }) => {
    const logged: LoggedField[] = [];
    for (const field of fields) if (names === undefined || names.has(field.name)) logged.push(log(field));
    return new LoggedHeaders(logged);
  };
}

/** Redacts a field, once for all messages that repeat its line. */
export type FieldReader = (field: HeaderField) => LoggedField;

export function createFieldReader(redactor: Redactor): FieldReader {
  class OwnField extends LoggedField {}
  return (field) => {
    // Another reader may redact differently.
    if (field.note instanceof OwnField) return field.note;
    const logged = new OwnField(field.name, redactor.header(field.name, decodeText(field.value)));
    field.note = logged;
    return logged;
  };
}
