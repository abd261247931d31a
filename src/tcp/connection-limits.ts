export type ConnectionLimits = {
  readonly maxConnections: number;
  /** Bytes held back in all connections together, and in one direction of one connection. */
  readonly maxBufferedBytes: number;
  readonly maxBufferedBytesPerConnection: number;
  /** Connections silent for this long with nothing under way are forgotten, milliseconds. */
  readonly idleMs: number;
};

/**
 * With something under way, they are forgotten after a day, in microseconds: a peer that is gone without a word would
 * leave its connection here for ever.
 */
export const longestSilence = 86_400_000_000;
