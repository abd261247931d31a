import type { AttemptListener } from './attempt.ts';
import type { ListenerFactory } from './stream.ts';

/** What the table gets from its owner: what it calls for each new connection, and with each error of our own. */
export type ConnectionOwner = {
  /** Of the hash of addresses and ports. */
  readonly seed: number;
  readonly open: ListenerFactory;
  readonly onFailure: (error: unknown) => void;
  /** Without it, attempts are not followed. */
  readonly attempts?: AttemptListener;
};
