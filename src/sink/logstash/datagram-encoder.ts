import type { LogRecord } from '../../record/record.ts';
import type { SinkAccount } from '../account.ts';

/** The largest datagram that IPv4 can carry (RFC 768, RFC 791): 65,535 bytes less the IP and UDP headers. */
export const maxDatagramBytes = 65_507;
/**
 * What is left of a text that must be cut, in characters: all texts of a record fit into a datagram then, also escaped.
 */
const cutTextLength = 1000;

/** What is given up, one after the other, until a record fits. */
const cuts: readonly ((record: LogRecord) => LogRecord)[] = [
  withoutHeaders,
  (record) => ({ ...record, requestBody: undefined, responseBody: undefined }),
  withShortTexts,
];

/** Encodes records so that each fits into a datagram as a whole document; those that had to be cut are counted. */
export function createDatagramEncoder(
  encode: (record: LogRecord) => string,
  account: SinkAccount,
  maxBytes = maxDatagramBytes,
): (record: LogRecord) => string {
  return (record) => {
    let text = encode(record);
    if (Buffer.byteLength(text) <= maxBytes) return text;
    account.cut++;
    let less = record;
    for (const cut of cuts) {
      less = cut(less);
      text = encode(less);
      if (Buffer.byteLength(text) <= maxBytes) break;
    }
    return text;
  };
}

function withoutHeaders(record: LogRecord): LogRecord {
  const none = { requestHeaders: undefined, responseHeaders: undefined };
  return { ...record, ...none, requestTrailers: undefined, responseTrailers: undefined };
}

function withShortTexts(record: LogRecord): LogRecord {
  const { grpc, session } = record;
  return { ...shortened(record), grpc: grpc && shortened(grpc), session: session && shortened(session) };
}

function shortened<Texts extends object>(texts: Texts): Texts {
  const entries = Object.entries(texts).map(([field, value]) => [
    field,
    typeof value === 'string' && value.length > cutTextLength ? `${value.slice(0, cutTextLength)}…` : value,
  ]);
  return Object.fromEntries(entries) as Texts;
}
