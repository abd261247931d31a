import type { LogRecord } from './record.ts';
import { isErrorStatus } from './status.ts';

/** How a request fails: the server says so, or the response does not come, or does not come whole. */
export const requestFailures = ['5xx', 'timeout', 'reset', 'closed'] as const;

export type RequestFailure = (typeof requestFailures)[number];

/** What a record, or an exchange, says of its end. */
type Ending<Any> = {
  readonly status: number | undefined;
  readonly outcome: Any;
  readonly kind?: LogRecord['kind'];
};

/** A connection that never came up may have been refused, too. */
type FailureOf<Any> = '5xx' | Exclude<Any, 'answered' | 'unknown' | undefined>;

/**
 * The one definition of `failed`, for all who count or mark failures: undefined where nothing has failed, as with 4xx,
 * where it is `unknown`, because it was not captured, and where it has not ended. A status of gRPC, which answers
 * failures with 200, belongs here, too, once records have it.
 */
export function failureOf<Any extends LogRecord['outcome']>({
  status,
  outcome,
  kind,
}: Ending<Any>): FailureOf<Any> | undefined {
  // Every session that has an end is closed.
  if (kind === 'session' && outcome === 'closed') return undefined;
  if (outcome !== undefined && outcome !== 'answered' && outcome !== 'unknown') return outcome as FailureOf<Any>;
  return isErrorStatus(status, 500) ? '5xx' : undefined;
}
