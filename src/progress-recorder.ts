import type { Progress } from './exchange/progress.ts';
import type { LogRecord } from './record/record.ts';
import type { OwnTraffic } from './sink/own-traffic.ts';
import type { Sink } from './sink/sink.ts';
import type { Counters } from './telemetry/counters.ts';

/** What becomes of interim accounts of exchanges. */
export type ProgressOutlets = {
  readonly buildRecord: (progress: Progress) => LogRecord;
  readonly sinks: readonly Pick<Sink, 'write'>[];
};

export type ProgressSurroundings = {
  readonly counters: Counters;
  readonly ownTraffic: Pick<OwnTraffic, 'isOwnExchange'>;
};

/** From an interim account of an exchange to its record in the sinks, unless it is one of our own. */
export function createProgressRecorder(
  { counters, ownTraffic }: ProgressSurroundings,
  { buildRecord, sinks }: ProgressOutlets,
): (progress: Progress) => void {
  return (progress) => {
    if (ownTraffic.isOwnExchange(progress.exchange)) return;
    counters.progress_logged++;
    counters.records_built++;
    const record = buildRecord(progress);
    for (const sink of sinks) sink.write(record);
  };
}
