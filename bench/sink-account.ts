/** What became of the records of a run, as the logger sums it up at its end. */
export type SinkAccount = {
  readonly exchanges: number;
  readonly delivered: number;
  readonly dropped: number;
  /** With the reasons, for people. */
  readonly droppedText: string;
};

/** From what the logger says on stderr. */
export function readSinkAccount(errors: string): SinkAccount {
  const summary = errors.slice(errors.lastIndexOf('summary: '));
  const dropped = [...summary.matchAll(/(\d+) dropped \(([^)]+)\)/g)].map(([, count, reason]) => ({
    count: Number(count),
    reason,
  }));
  return {
    exchanges: Number(/(\d+) exchanges?/.exec(summary)?.[1] ?? 0),
    delivered: Number(/(\d+) records? (?:written|delivered)/.exec(summary)?.[1] ?? 0),
    dropped: dropped.reduce((sum, { count }) => sum + count, 0),
    droppedText: dropped.map(({ count, reason }) => `${count.toLocaleString('en-US')} ${reason}`).join(', ') || '0',
  };
}
