import type { Exchange } from '../exchange/exchange.ts';
import type { LogRecord } from './record.ts';
import { isErrorStatus } from './status.ts';
import { undecodedIn } from './undecoded.ts';

/** How a request fails: the server says so, or the response does not come, or does not come whole. */
export const requestFailures = ['5xx', 'grpc', 'timeout', 'reset', 'closed'] as const;

export type RequestFailure = (typeof requestFailures)[number];

/** What a record, or an exchange, says of its end. */
type Ending<Any> = {
  readonly status: number | undefined;
  readonly outcome: Any;
  readonly grpc: { readonly hasFailed: boolean } | undefined;
  readonly kind?: LogRecord['kind'];
};

/** A connection that never came up may have been refused, too. */
type FailureOf<Any> = '5xx' | 'grpc' | Exclude<Any, 'answered' | 'unknown' | undefined>;

/**
 * The statuses of gRPC that are a server's errors (https://opentelemetry.io/docs/specs/semconv/rpc/grpc/): UNKNOWN,
 * DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS.
 */
const serverErrors: ReadonlySet<number> = new Set([2, 4, 12, 13, 14, 15]);

/**
 * The one definition of `failed`, for all who count or mark failures: undefined where nothing has failed, as with 4xx,
 * where it is `unknown`, because it was not captured, and where it has not ended.
 */
export function failureOf<Any extends LogRecord['outcome']>(ending: Ending<Any>): FailureOf<Any> | undefined {
  const { kind, status, outcome, grpc } = ending;
  if (kind === 'progress') return undefined;
  // Every session that has an end is closed.
  if (kind === 'session' && outcome === 'closed') return undefined;
  if (outcome !== undefined && outcome !== 'answered' && outcome !== 'unknown') return outcome as FailureOf<Any>;
  if (isErrorStatus(status, 500)) return '5xx';
  return grpc?.hasFailed === true ? 'grpc' : undefined;
}

/**
 * Whether a call of gRPC has failed by its status, which is another one than that of HTTP: for a client all but OK are
 * errors. One that has ended without a status has failed, too.
 */
export function hasCallFailed({ call, endpoints, response, outcome, incomplete }: Exchange): boolean {
  if (call === undefined) return false;
  const { status } = call.end;
  if (status !== undefined) return endpoints.direction === 'outgoing' ? status !== 0 : serverErrors.has(status);
  // Of Connect the status of HTTP says it as well.
  return call.kind !== 'connect' && outcome === 'answered' && !incomplete && undecodedIn(response) === 0;
}
