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
  /** `undefined` is an exchange; whoever counts requests counts nothing else. `connect`: never came up. */
  readonly kind: 'connect' | undefined;
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
  readonly outcome: Outcome | FailedConnection['outcome'];
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
  readonly identity: Identity;
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
