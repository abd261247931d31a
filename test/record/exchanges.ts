import type { Exchange, Message } from '../../src/exchange/exchange.ts';
import type { RequestHead, ResponseHead } from '../../src/http/head.ts';
import { HeaderFields } from '../../src/http/header-fields.ts';
import type { RecordOptions } from '../../src/record/build.ts';

/** Names and values as on the wire: one character per byte. */
export type Fields = readonly (readonly [name: string, value: string])[];

export function headerFields(fields: Fields): HeaderFields {
  return new HeaderFields(fields.map(([name, value]) => `${name}: ${value}\r\n`).join(''), 0);
}

export function requestMessage(
  head: { method?: string; target?: string; protocol?: string; headers?: Fields } = {},
  message: Partial<Omit<Message<RequestHead>, 'head'>> = {},
): Message<RequestHead> {
  const { method = 'GET', target = '/', protocol = 'HTTP/1.1', headers = [] } = head;
  return {
    head: { kind: 'request', method, target, protocol, headers: headerFields(headers) },
    firstByteTime: 1_714_980_000_123_456,
    lastByteTime: 1_714_980_000_123_956,
    sequence: 0x0123abcd,
    bodyBytes: 0,
    body: undefined,
    ...message,
  };
}

export function responseMessage(
  head: { status?: number; protocol?: string; headers?: Fields } = {},
  message: Partial<Omit<Message<ResponseHead>, 'head'>> = {},
): Message<ResponseHead> {
  const { status = 200, protocol = 'HTTP/1.1', headers = [] } = head;
  return {
    head: { kind: 'response', status, protocol, headers: headerFields(headers) },
    firstByteTime: 1_714_980_000_135_956,
    lastByteTime: 1_714_980_000_136_206,
    sequence: 0xfedcba98,
    bodyBytes: 0,
    body: undefined,
    ...message,
  };
}

export function exchangeOf(parts: Partial<Exchange> = {}): Exchange {
  return {
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
    informational: [],
    incomplete: false,
    gapBytes: 0,
    ...parts,
  };
}

/** Everything logged and redacted, no identity. */
export const fullOptions: RecordOptions = {
  headers: { kind: 'all' },
  redact: { enabled: true, headers: [], params: [] },
  bodies: { kind: 'none' },
  identity: { pod: undefined, namespace: undefined, node: undefined, hostname: undefined, labels: undefined },
};
