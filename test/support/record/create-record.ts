import type { Endpoints } from '../../../src/exchange/exchange.ts';
import { LoggedHeaders } from '../../../src/record/headers/logged-headers.ts';
import type { LogRecord } from '../../../src/record/record.ts';

/** Whatever a test wants to be different, also at one of the endpoints. */
export type RecordChanges = Partial<LogRecord> & Partial<Endpoints>;

/** An ordinary record of its own id. */
export function createRecord(index: number, given: RecordChanges = {}): LogRecord {
  const { direction, clientIp, clientPort, serverIp, serverPort, ...changes } = given;
  const startTime = 1_700_000_000_000_000 + index * 1000;
  return {
    kind: undefined,
    id: `record-${String(index).padStart(6, '0')}`,
    startTime,
    endTime: startTime + 5000,
    endpoints: {
      direction: direction ?? 'incoming',
      clientIp: clientIp ?? '10.0.0.1',
      clientPort: clientPort ?? 40_000,
      serverIp: serverIp ?? '10.0.0.2',
      serverPort: serverPort ?? 8080,
    },
    clientName: undefined,
    serverName: undefined,
    protocol: 'HTTP/1.1',
    method: 'GET',
    host: 'cart',
    url: `/items/${index}?page=1`,
    path: `/items/${index}`,
    query: 'page=1',
    status: 200,
    outcome: 'answered',
    endedBy: undefined,
    connectMs: undefined,
    durationMs: 5,
    sendMs: 1,
    waitMs: 3,
    receiveMs: 1,
    requestBytes: 0,
    responseBytes: 100,
    requestHeadBytes: 60,
    responseHeadBytes: 80,
    userAgent: 'curl/8.5.0',
    forwardedFor: undefined,
    referrer: undefined,
    requestId: undefined,
    requestContentType: undefined,
    contentType: 'application/json',
    requestHeaders: LoggedHeaders.of({ host: 'cart', 'user-agent': 'curl/8.5.0' }),
    responseHeaders: LoggedHeaders.of({ 'content-type': 'application/json' }),
    requestBody: undefined,
    responseBody: undefined,
    informational: undefined,
    traceId: undefined,
    spanId: undefined,
    streamId: undefined,
    undecodedFields: undefined,
    part: undefined,
    requestTrailers: undefined,
    responseTrailers: undefined,
    grpc: undefined,
    session: undefined,
    retransmissions: undefined,
    incomplete: false,
    late: false,
    gapBytes: undefined,
    anomalies: undefined,
    identity: { pod: undefined, namespace: undefined, node: undefined, hostname: 'test', labels: undefined },
    ...changes,
  };
}
