import type { Counters } from '../telemetry/counters.ts';
import type { IsLocal } from './direction.ts';
import type { Exchange } from './exchange.ts';
import type { OpenExchanges } from './open-exchanges.ts';
import type { Progress } from './progress.ts';
import type { ProgressQueue } from './progress-queue.ts';
import type { Session } from './session.ts';
import type { TimeoutQueue } from './timeout-queue.ts';

/** What the exchanges of all connections share. */
export type ExchangeContext = {
  readonly counters: Counters;
  readonly timeouts: TimeoutQueue;
  readonly progress: ProgressQueue;
  readonly openExchanges: OpenExchanges;
  /** The capture has an end that is near: whether a request is answered is told when it is known. */
  readonly readsToEnd: boolean;
  /** How many bytes of each body are kept; 0 keeps none. */
  readonly bodyLimitBytes: number;
  readonly isLocal: IsLocal;
  readonly emit: (exchange: Exchange) => void;
  readonly emitProgress: (progress: Progress) => void;
  readonly emitSession: (session: Session) => void;
};
