import type { Exchange } from './exchange.ts';

/** An interim account of an exchange that has not ended. It never changes. */
export type Progress = {
  /** As far as it was seen until now, without bodies; as if the capture ended here, its outcome is `unknown`. */
  readonly exchange: Exchange;
  /** Number of this account, from 1. */
  readonly part: number;
  /** When it was given, microseconds since the epoch. */
  readonly time: number;
};
