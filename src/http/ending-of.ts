import type { CloseReason } from '../tcp/stream.ts';
import type { Ending } from './exchange-listener.ts';

/** What becomes of requests without a response when their connection ends. */
const endings = {
  finished: 'closed',
  reset: 'reset',
  shutdown: 'open',
  replaced: 'unknown',
  redirected: 'unknown',
  idle: 'unknown',
  evicted_count: 'unknown',
  evicted_memory: 'unknown',
  failed: 'unknown',
} as const satisfies { readonly [Reason in CloseReason]: Exclude<Ending, 'answered'> };

/** `hasServerEnded`: the server had said before that it will send nothing more. */
export function endingOf(reason: CloseReason, hasServerEnded: boolean): Exclude<Ending, 'answered'> {
  return hasServerEnded && reason !== 'failed' ? 'closed' : endings[reason];
}
