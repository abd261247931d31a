import type { Endpoints, Outcome } from '../exchange/exchange.ts';
import type { FailedConnection } from '../exchange/failed-connection.ts';
import type { Anomaly } from '../http/anomaly.ts';
import type { LoggedHeaders } from './headers/logged-headers.ts';

/**
 * The canonical record of one exchange, or of what `kind` says, redacted, from which each schema takes its fields.
 * `undefined` means unknown and is left out of every schema. Times are microseconds since the epoch, durations
 * milliseconds with microsecond precision.
 */
export type LogRecord = {
  /**
   * `undefined` is an exchange; whoever counts requests counts nothing else. `progress`: one that has not ended.
   * `session`: what an exchange agreed to has ended. `connect`: a connection that never came up.
   */
  readonly kind: 'progress' | 'session' | 'connect' | undefined;
  /** Number of an interim record of its `id`, from 1. */
  readonly part: number | undefined;
  readonly id: string;
  /** First byte of the request (of the response if no request was seen). */
  readonly startTime: number;
  readonly endTime: number;
  readonly endpoints: RecordEndpoints;
  /** What DNS says about the addresses. */
  readonly clientName: string | undefined;
  readonly serverName: string | undefined;
  readonly protocol: string | undefined;
  /** Number of its stream, in protocols that have such. */
  readonly streamId: number | undefined;
  readonly method: string | undefined;
  readonly host: string | undefined;
  readonly url: string | undefined;
  readonly path: string | undefined;
  /** The part of the target after `?`, redacted. */
  readonly query: string | undefined;
  readonly status: number | undefined;
  /** Only an exchange that has not ended has none. */
  readonly outcome: Outcome | FailedConnection['outcome'] | undefined;
  /** Who ended the connection, where that cost the response or a part of it. */
  readonly endedBy: 'client' | 'server' | undefined;
  /** From the SYN to the end of the handshake; of the first exchange of a connection. */
  readonly connectMs: number | undefined;
  readonly durationMs: number | undefined;
  readonly sendMs: number | undefined;
  readonly waitMs: number | undefined;
  readonly receiveMs: number | undefined;
  /** Of the body on the wire: transfer coding removed, content coding kept. */
  readonly requestBytes: number | undefined;
  readonly responseBytes: number | undefined;
  readonly requestHeadBytes: number | undefined;
  readonly responseHeadBytes: number | undefined;
  readonly userAgent: string | undefined;
  /** The client before the proxies, as they say. */
  readonly forwardedFor: string | undefined;
  readonly referrer: string | undefined;
  /** `x-request-id`, else `x-correlation-id`, of the request. */
  readonly requestId: string | undefined;
  readonly requestContentType: string | undefined;
  readonly contentType: string | undefined;
  readonly requestHeaders: LoggedHeaders | undefined;
  readonly responseHeaders: LoggedHeaders | undefined;
  readonly requestTrailers: LoggedHeaders | undefined;
  readonly responseTrailers: LoggedHeaders | undefined;
  readonly requestBody: string | undefined;
  readonly responseBody: string | undefined;
  readonly informational: readonly number[] | undefined;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  /** How many segments of it came again; never 0. */
  readonly retransmissions: number | undefined;
  readonly incomplete: boolean;
  /** The response came after the request had been logged without one, in a record of the same id. */
  readonly late: boolean;
  readonly gapBytes: number | undefined;
  readonly anomalies: readonly Anomaly[] | undefined;
  /** Header fields that could not be read, because they refer to what was sent before the capture; never 0. */
  readonly undecodedFields: number | undefined;
  readonly grpc: GrpcFacts | undefined;
  readonly session: SessionFacts | undefined;
  readonly identity: Identity;
};

/** What a call of gRPC, gRPC-Web or Connect has besides its exchange. */
export type GrpcFacts = {
  /** As OpenTelemetry names it. */
  readonly system: 'grpc' | 'connectrpc';
  readonly service: string | undefined;
  readonly method: string | undefined;
  /** Of the call, which the server tells at its end; undefined where it has not. */
  readonly status: number | undefined;
  readonly message: string | undefined;
  readonly requestMessages: number | undefined;
  readonly responseMessages: number | undefined;
  /** By its status (`failureOf`). */
  readonly hasFailed: boolean;
};

/** What a connection, or a stream, was used for after an exchange had agreed to it. */
export type SessionFacts = {
  readonly type: 'websocket' | 'tunnel';
  /** What was agreed to, in lower case; undefined for CONNECT. */
  readonly upgrade: string | undefined;
  readonly clientMessages: number | undefined;
  readonly serverMessages: number | undefined;
  /** Payload of what each side said. */
  readonly clientBytes: number | undefined;
  readonly serverBytes: number | undefined;
  /** RFC 6455, section 7.4. */
  readonly closeCode: number | undefined;
  readonly closedBy: 'client' | 'server' | undefined;
  /** The extension by which messages are compressed; they are counted as they are on the wire. */
  readonly compression: string | undefined;
};

/** One object for all exchanges of a connection. `clientIp` is as CLIENT_IP wants it. */
export type RecordEndpoints = Omit<Endpoints, 'clientIp'> & { readonly clientIp: string | undefined };

/** Of this pod: from the downward API and the operating system. */
export type Identity = {
  readonly pod: string | undefined;
  readonly namespace: string | undefined;
  readonly node: string | undefined;
  readonly hostname: string | undefined;
  /** The chosen ones only; none at all is `undefined`. */
  readonly labels: PodLabels | undefined;
};

export type PodLabels = { readonly [name: string]: string };
