import { bodyReaderOf } from '../../../src/app/body-reader.ts';
import { createRecordBuilder } from '../../../src/record/build.ts';
import type { LogRecord } from '../../../src/record/record.ts';
import { exchangeOf, headerFields, requestMessage, responseMessage } from './exchanges.ts';

/** The exchange of docs/records.md: every field of every schema is there. */
export const exampleExchange = exchangeOf({
  endpoints: {
    clientIp: '10.1.0.7',
    clientPort: 43_210,
    serverIp: '10.1.2.9',
    serverPort: 8080,
    direction: 'incoming',
  },
  key: { connection: 0, position: 0, stream: 5 },
  request: requestMessage(
    {
      version: 'HTTP/2',
      undecoded: 1,
      method: 'POST',
      anomalies: ['truncated_head'],
      target: '/api/orders?page=2&access_token=abc123',
      headers: [
        ['Host', 'shop.example:8080'],
        ['User-Agent', 'curl/8.7.1'],
        ['Accept', 'application/json'],
        ['Authorization', 'Bearer abc123'],
        ['Content-Type', 'application/json'],
        ['X-Forwarded-For', '203.0.113.7, 10.1.0.1'],
        ['Referer', 'http://shop.example/'],
        ['X-Request-Id', '7c9e6679'],
        ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
      ],
    },
    {
      bodyBytes: 33,
      body: { bytes: Buffer.from('{"item":7,"password":"t0p5ecret"}'), truncated: false },
      trailers: headerFields([['Digest', 'sha-256=abc']]),
    },
  ),
  response: responseMessage(
    {
      version: 'HTTP/2',
      status: 201,
      headers: [
        ['Content-Type', 'application/json; charset=utf-8'],
        ['Set-Cookie', 'sid=abc123'],
        ['Set-Cookie', 'lang=en'],
      ],
    },
    {
      bodyBytes: 5000,
      body: { bytes: Buffer.from('{"id":1042,'), truncated: true },
      trailers: headerFields([['Server-Timing', 'db;dur=9']]),
    },
  ),
  informational: [103],
  outcome: 'closed',
  endedBy: 'client',
  connectTime: 420,
  retransmissions: 2,
  incomplete: true,
  gapBytes: 1448,
  late: true,
});

const redact = { enabled: true, headers: [], params: [] };

export const exampleRecord: LogRecord = createRecordBuilder({
  headers: { kind: 'all' },
  redact,
  identity: {
    pod: 'shop-5d9c',
    namespace: 'store',
    node: 'node-3',
    hostname: 'shop-5d9c',
    labels: { app: 'shop', 'app.kubernetes.io/version': '2.14.0' },
  },
  readBody: bodyReaderOf({ redact, bodies: { kind: 'text' } }),
  nameOf: (ip) => (ip === '10.1.0.7' ? '10-1-0-7.web.store.svc.cluster.local' : 'shop-5d9c'),
})(exampleExchange);
