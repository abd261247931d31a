import type { Linked } from '../bytes/recency-list.ts';
import { Flag, type Segment } from '../packet/segment.ts';
import type { ConnectionHandle } from './stream.ts';

/** What notes its attempt, as long as nothing but the SYN is known of it. */
export type AttemptedConnection = ConnectionHandle & { attempt: Attempt | undefined };

/** A connection that side 0 asks for with a SYN. Times are microseconds since the epoch. */
export interface Attempt extends Linked<Attempt> {
  readonly connection: AttemptedConnection;
  /** Sequence number of the SYN, and when it was first sent. */
  sequence: number;
  startTime: number;
  /** When the SYN was last sent, and the same by the clock of deadlines. */
  lastTime: number;
  since: number;
  /** The SYN was sent again, so the client had no answer until then. */
  isRepeated: boolean;
  /** Neither answered nor given up. */
  isWaiting: boolean;
}

/**
 * How it failed: the SYN was answered by an RST (RFC 9293, section 3.10.7.3), or by nothing until that time. `unknown`:
 * no answer was captured, but it cannot be said that there was none.
 */
export type AttemptEnd = { readonly outcome: 'refused' | 'timeout' | 'unknown'; readonly time: number };

/** Is told of connections that did not come up. */
export type AttemptListener = {
  /** How long after the last SYN an answer may still come, milliseconds. */
  readonly timeoutMs: number;
  readonly failed: (attempt: Attempt, end: AttemptEnd) => void;
};

/** Whether a segment asks for a connection and does nothing else: data in a SYN may already be a request. */
export function asksForConnection({ flags, payloadStart, payloadEnd, truncatedBytes }: Segment): boolean {
  const kinds = Flag.syn | Flag.ack | Flag.rst | Flag.fin;
  return (flags & kinds) === Flag.syn && payloadStart === payloadEnd && truncatedBytes === 0;
}

/** Whether a segment of the other side refuses it: others reset something else, and the client drops them. */
export function refuses({ flags, acknowledgment }: Segment, { sequence }: Attempt): boolean {
  const kinds = Flag.rst | Flag.ack;
  return (flags & kinds) === kinds && acknowledgment === ((sequence + 1) | 0);
}
