import type { Agreement } from '../http/agreement.ts';
import type { SessionAccount, Speaker } from '../stream/session.ts';
import type { Exchange, Outcome } from './exchange.ts';

/** How a session ends; `unknown`: its end was not captured. */
export type SessionOutcome = Extract<Outcome, 'closed' | 'reset' | 'unknown'>;

/** What an exchange had agreed to, once that has ended. Times are microseconds since the epoch. It never changes. */
export type Session = Pick<SessionAccount, 'type' | 'client' | 'server' | 'closedBy' | 'closeCode' | 'gapBytes'> & {
  /** The exchange, without bodies. */
  readonly handshake: Exchange;
  readonly agreement: Agreement;
  readonly outcome: SessionOutcome;
  /** Who ended the connection, or the stream; unknown where the end was not captured. */
  readonly endedBy: Speaker | undefined;
  readonly startTime: number;
  readonly endTime: number;
};
