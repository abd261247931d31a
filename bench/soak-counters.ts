import { dropReasons } from '../src/sink/account.ts';

export type Count = (...names: readonly string[]) => number;

/**
 * The counters of the last line of them that the logger has printed (`MODE=debug` prints it at the end): sums of the
 * named ones.
 */
export function lastCounters(errors: string): Count {
  const [line = ''] = errors.slice(errors.lastIndexOf('counters: ')).split('\n');
  const counters = new Map([...line.matchAll(/(\w+)=(\d+)/g)].map(([, name, count]) => [name, Number(count)]));
  return (...names) => names.reduce((sum, name) => sum + (counters.get(name) ?? 0), 0);
}

/** Records that standard output did not take. */
export function droppedRecords(count: Count): number {
  return count(...Object.keys(dropReasons).map((reason) => `stdout_dropped_${reason}`));
}

/** The equations of docs/counters.md that do not hold; `lines` were written to standard output. */
export function unconserved(count: Count, lines: number): readonly string[] {
  const skipped = ['link_type', 'not_ip', 'not_tcp', 'malformed', 'truncated', 'loopback_copy'];
  const endings = ['finished', 'reset', 'replaced', 'idle', 'evicted_count', 'evicted_memory', 'shutdown', 'failed'];
  const outcomes = ['answered', 'timeout', 'reset', 'closed', 'unknown'];
  const equations: readonly (readonly [what: string, seen: number, accounted: number])[] = [
    [
      'frames',
      count('frames_received', 'packets_reassembled'),
      count('segments_received', 'fragments_received', ...skipped.map((why) => `frames_skipped_${why}`)),
    ],
    [
      'payload bytes',
      count('payload_bytes_received'),
      count(...['delivered', 'duplicate', 'ignored', 'dropped_closed'].map((what) => `payload_bytes_${what}`)),
    ],
    ['connections', count('connections_opened'), count(...endings.map((how) => `connections_${how}`))],
    ['exchanges', count(...outcomes.map((outcome) => `exchanges_${outcome}`)), count('records_built')],
    ['records', count('records_built'), lines + droppedRecords(count)],
  ];
  return equations
    .filter(([, seen, accounted]) => seen !== accounted)
    .map(([what, seen, accounted]) => `${what}: ${seen} seen, ${accounted} accounted for`);
}
