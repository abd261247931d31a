import type { HeaderField } from '../http/header-field.ts';

/** How a call ended, as its server says. The message is a field: what holds for fields holds for it. */
export type CallEnd = { readonly status: number | undefined; readonly message: HeaderField | undefined };

/** Of a call whose server has said nothing. */
export const noEnd: CallEnd = { status: undefined, message: undefined };

const digits = /^\d{1,9}$/;
const escapeSequence = /%([\da-f]{2})/gi;
/** Connect has the statuses of gRPC, by name (https://connectrpc.com/docs/protocol#error-codes). */
const connectCodes: readonly (string | undefined)[] = [
  ...[undefined, 'canceled', 'unknown', 'invalid_argument', 'deadline_exceeded', 'not_found', 'already_exists'],
  ...['permission_denied', 'resource_exhausted', 'failed_precondition', 'aborted', 'out_of_range', 'unimplemented'],
  ...['internal', 'unavailable', 'data_loss', 'unauthenticated'],
];

/** Finds `grpc-status` and `grpc-message` among fields; undefined if there is no status. */
export function endInFields(field: (name: string) => HeaderField | undefined): CallEnd | undefined {
  const status = field('grpc-status')?.value;
  if (status === undefined) return undefined;
  const message = field('grpc-message');
  return {
    status: digits.test(status) ? Number(status) : undefined,
    message: message === undefined || message.value === '' ? undefined : decoded(message),
  };
}

/** Trailers as gRPC-Web has them in a body: lines of fields. */
export function endInLines(text: string): CallEnd {
  const lines = text.split('\r\n').map((line) => {
    const colon = line.indexOf(':');
    return { name: line.slice(0, colon).trim().toLowerCase(), value: line.slice(colon + 1).trim(), slot: 0 };
  });
  return endInFields((name) => lines.find((line) => line.name === name)) ?? noEnd;
}

/** What ends a stream of Connect: without an error it has succeeded. */
export function endOfStream(json: string): CallEnd {
  const end = objectOf(json);
  if (end === undefined) return noEnd;
  return end['error'] === undefined ? { status: 0, message: undefined } : endOfError(end['error']);
}

/** The body of a call of Connect that has failed. */
export function endInBody(json: string): CallEnd {
  return endOfError(objectOf(json));
}

function endOfError(error: unknown): CallEnd {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  const status = typeof code === 'string' ? connectCodes.indexOf(code) : -1;
  const isText = typeof message === 'string' && message !== '';
  return {
    status: status > 0 ? status : undefined,
    // As on the wire: one character for each byte.
    message: isText ? { name: 'grpc-message', value: Buffer.from(message).toString('latin1'), slot: 0 } : undefined,
  };
}

/** `json` has one character for each byte. */
function objectOf(json: string): { readonly [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(json, 'latin1').toString());
    return typeof value === 'object' && value !== null ? (value as { readonly [name: string]: unknown }) : undefined;
  } catch {
    return undefined;
  }
}

/** A message is percent-encoded UTF-8; what is no escape stays. */
function decoded(field: HeaderField): HeaderField {
  const value = field.value.replace(escapeSequence, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { ...field, value, slot: 0 };
}
