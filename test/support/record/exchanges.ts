import { bodyReaderOf } from '../../../src/app/body-reader.ts';
import type { Exchange, Message } from '../../../src/exchange/exchange.ts';
import type { Anomaly } from '../../../src/http/anomaly.ts';
import type { RequestHead, ResponseHead } from '../../../src/http/head.ts';
import { HeaderFields, nameBit } from '../../../src/http/header-fields.ts';
import type { RecordOptions } from '../../../src/record/build.ts';
import { fieldsOfText } from '../http1/header-text.ts';

/** Names and values as on the wire: one character per byte. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** Made once: most messages here have none, and a parser costs more than all the rest of them. */
const noFields = fieldsOfText('');

export function headerFields(fields: Fields): HeaderFields {
  if (fields.length === 0) return noFields;
  return fieldsOfText(fields.map(([name, value]) => `${name}: ${value}\r\n`).join(''));
}

/** The same, of which some could not be read. */
export function withUndecoded({ fields }: HeaderFields, undecoded: number): HeaderFields {
  const nameBits = fields.reduce((bits, { name }) => bits | nameBit(name), 0);
  return new HeaderFields(fields, { textBytes: 0, nameBits, undecoded });
}

function sizedHeaders(
  fields: Fields,
  anomalies: readonly Anomaly[],
): Pick<RequestHead, 'headers' | 'size' | 'isWhole' | 'anomalies'> {
  const size = fields.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  return { headers: headerFields(fields), size, isWhole: true, anomalies };
}

export function requestMessage(
  head: {
    method?: string;
    target?: string;
    version?: string;
    headers?: Fields;
    anomalies?: readonly Anomaly[];
    undecoded?: number;
  } = {},
  message: Partial<Omit<Message<RequestHead>, 'head'>> = {},
): Message<RequestHead> {
  const { method = 'GET', target = '/', version = 'HTTP/1.1', headers = [], anomalies = [], undecoded } = head;
  const sized = sizedHeaders(headers, anomalies);
  const read = undecoded === undefined ? sized : { ...sized, headers: withUndecoded(sized.headers, undecoded) };
  return {
    head: { method, target, version, ...read },
    firstByteTime: 1_714_980_000_123_456,
    lastByteTime: 1_714_980_000_123_956,
    sequence: 0x0123abcd,
    acknowledgment: 0xfedcba98,
    bodyBytes: 0,
    body: undefined,
    trailers: undefined,
    ...message,
  };
}

export function responseMessage(
  head: { status?: number | undefined; version?: string; headers?: Fields; anomalies?: readonly Anomaly[] } = {},
  message: Partial<Omit<Message<ResponseHead>, 'head'>> = {},
): Message<ResponseHead> {
  const { version = 'HTTP/1.1', headers = [], anomalies = [] } = head;
  const status = 'status' in head ? head.status : 200;
  return {
    head: { status, version, ...sizedHeaders(headers, anomalies) },
    firstByteTime: 1_714_980_000_135_956,
    lastByteTime: 1_714_980_000_136_206,
    sequence: 0xfedcba98,
    acknowledgment: 0x0123ac00,
    bodyBytes: 0,
    body: undefined,
    trailers: undefined,
    ...message,
  };
}

export function exchangeOf(parts: Partial<Exchange> = {}): Exchange {
  return {
    key: { connection: 0, position: 0 },
    endpoints: {
      clientIp: '10.0.0.1',
      clientPort: 51_000,
      serverIp: '10.0.0.2',
      serverPort: 8080,
      direction: 'incoming',
    },
    request: requestMessage(),
    response: responseMessage(),
    outcome: 'answered',
    call: undefined,
    informational: [],
    forwardedFor: [],
    endedBy: undefined,
    connectTime: undefined,
    retransmissions: 0,
    incomplete: false,
    gapBytes: 0,
    ...parts,
  };
}

/** Everything but bodies logged and redacted, no identity. */
export const fullOptions: RecordOptions = {
  headers: { kind: 'all' },
  redact: { enabled: true, headers: [], params: [] },
  identity: { pod: undefined, namespace: undefined, node: undefined, hostname: undefined, labels: undefined },
};

/** The same with bodies of text. */
export function withBodies(options: RecordOptions, bodyLimitBytes?: number): RecordOptions {
  const limit = bodyLimitBytes === undefined ? {} : { bodyLimitBytes };
  return { ...options, readBody: bodyReaderOf({ redact: options.redact, bodies: { kind: 'text' }, ...limit }) };
}
