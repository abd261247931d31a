/** From when (inclusive) until when (exclusive) packets count, by their capture time, microseconds since the epoch. */
export type TimeWindow = { readonly since: number; readonly until: number };

export const allTime: TimeWindow = { since: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
