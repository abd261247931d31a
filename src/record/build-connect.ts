import type { FailedConnection } from '../exchange/failed-connection.ts';
import type { RecordOptions } from './build.ts';
import { withDotlessLabels } from './dotless-labels.ts';
import { ExchangeIds } from './exchange-ids.ts';
import { createPrivacy } from './privacy/privacy.ts';
import type { LogRecord } from './record.ts';

/** What a connection that carried nothing does not have. */
const noExchange = {
  protocol: undefined,
  method: undefined,
  host: undefined,
  url: undefined,
  path: undefined,
  query: undefined,
  status: undefined,
  endedBy: undefined,
  connectMs: undefined,
  streamId: undefined,
  undecodedFields: undefined,
  part: undefined,
  requestTrailers: undefined,
  responseTrailers: undefined,
  grpc: undefined,
  session: undefined,
  retransmissions: undefined,
  late: false,
  anomalies: undefined,
  sendMs: undefined,
  waitMs: undefined,
  receiveMs: undefined,
  requestBytes: undefined,
  responseBytes: undefined,
  requestHeadBytes: undefined,
  responseHeadBytes: undefined,
  userAgent: undefined,
  forwardedFor: undefined,
  referrer: undefined,
  requestId: undefined,
  requestContentType: undefined,
  contentType: undefined,
  requestHeaders: undefined,
  responseHeaders: undefined,
  requestBody: undefined,
  responseBody: undefined,
  informational: undefined,
  traceId: undefined,
  spanId: undefined,
  incomplete: false,
  gapBytes: undefined,
} as const satisfies Partial<LogRecord>;

/** Makes the records of connections that never came up. */
export function createConnectRecordBuilder(
  options: Pick<RecordOptions, 'identity' | 'nameOf' | 'clientIp'>,
): (failed: FailedConnection) => LogRecord {
  const { nameOf, clientIp } = options;
  const identity = withDotlessLabels(options.identity);
  const ids = new ExchangeIds();
  const privacy = createPrivacy(clientIp === undefined ? {} : { clientIp });
  const clientNameOf = privacy?.namesClients === false ? undefined : nameOf;
  return (failed) => {
    const { endpoints, outcome, startTime, endTime } = failed;
    const id = ids.ofConnect(failed);
    return {
      ...noExchange,
      kind: 'connect',
      id: privacy === undefined ? id : privacy.id(id),
      endpoints: privacy === undefined ? endpoints : privacy.endpoints(endpoints),
      startTime,
      endTime,
      outcome,
      durationMs: (endTime - startTime) / 1000,
      clientName: clientNameOf?.(endpoints.clientIp),
      serverName: nameOf?.(endpoints.serverIp),
      identity,
    };
  };
}
