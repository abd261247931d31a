import type { CounterName } from '../telemetry/counters.ts';
import type { Outcome } from './exchange.ts';

export const outcomeCounters: { readonly [Ended in Outcome]: CounterName } = {
  answered: 'exchanges_answered',
  timeout: 'exchanges_timeout',
  reset: 'exchanges_reset',
  closed: 'exchanges_closed',
  unknown: 'exchanges_unknown',
};
