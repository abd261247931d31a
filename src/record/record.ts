import type { Direction, Outcome } from '../exchange/exchange.ts';
import type { LoggedHeaders } from './headers/logged-headers.ts';

/**
 * The canonical record of one exchange, redacted, from which each schema takes its fields. `undefined` means unknown and is left out of
 * every schema. Times are microseconds since the epoch, durations milliseconds with microsecond precision.
 */
export type LogRecord = {
  readonly id: string;
  /** First byte of the request (of the response if no request was seen). */
  readonly startTime: number;
  readonly endTime: number;
  readonly direction: Direction;
  readonly clientIp: string;
  readonly clientPort: number;
  readonly serverIp: string;
  readonly serverPort: number;
  /** What DNS says about the addresses. */
  readonly clientName: string | undefined;
  readonly serverName: string | undefined;
  readonly protocol: string;
  readonly method: string | undefined;
  readonly host: string | undefined;
  readonly url: string | undefined;
  readonly path: string | undefined;
  /** The part of the target after `?`, redacted. */
  readonly query: string | undefined;
  readonly status: number | undefined;
  readonly outcome: Outcome;
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
  readonly incomplete: boolean;
  readonly gapBytes: number | undefined;
  readonly identity: Identity;
};

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
