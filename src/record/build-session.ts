import type { Exchange } from '../exchange/exchange.ts';
import type { Session } from '../exchange/session.ts';
import type { Agreement } from '../http/agreement.ts';
import type { LogRecord, SessionFacts } from './record.ts';

/** What the record of its handshake says already, or what only an exchange has. */
const ofHandshake = {
  part: undefined,
  late: false,
  connectMs: undefined,
  sendMs: undefined,
  waitMs: undefined,
  receiveMs: undefined,
  requestBytes: undefined,
  responseBytes: undefined,
  requestHeadBytes: undefined,
  responseHeadBytes: undefined,
  requestHeaders: undefined,
  responseHeaders: undefined,
  requestTrailers: undefined,
  responseTrailers: undefined,
  requestBody: undefined,
  responseBody: undefined,
  informational: undefined,
  retransmissions: undefined,
  anomalies: undefined,
  undecodedFields: undefined,
  grpc: undefined,
} as const satisfies Partial<LogRecord>;

/** Makes the records of sessions: with the id of their handshakes, and with what the records of those say of them. */
export function createSessionRecordBuilder(buildRecord: (exchange: Exchange) => LogRecord): (of: Session) => LogRecord {
  return (session) => {
    const { handshake, outcome, endedBy, gapBytes } = session;
    const startTime = Math.round(session.startTime);
    const endTime = Math.max(startTime, Math.round(session.endTime));
    return {
      ...buildRecord(handshake),
      ...ofHandshake,
      kind: 'session',
      startTime,
      endTime,
      durationMs: (endTime - startTime) / 1000,
      outcome,
      endedBy,
      incomplete: gapBytes !== undefined,
      gapBytes,
      session: factsOf(session),
    };
  };
}

function factsOf({ type, agreement, client, server, closeCode, closedBy }: Session): SessionFacts {
  return {
    type,
    upgrade: agreement.upgrade,
    clientMessages: client.messages,
    serverMessages: server.messages,
    clientBytes: client.bytes,
    serverBytes: server.bytes,
    closeCode,
    closedBy,
    compression: compressionOf(agreement),
  };
}

/** `permessage-deflate` (RFC 7692), and those before it that were never agreed upon. */
function compressionOf({ upgrade, extensions }: Agreement): string | undefined {
  return upgrade === 'websocket' ? extensions.find((name) => /deflate|compress/.test(name)) : undefined;
}
