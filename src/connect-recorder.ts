import { ConnectLimit } from './exchange/connect-limit.ts';
import type { IsLocal } from './exchange/direction.ts';
import { type FailedConnection, failedConnection } from './exchange/failed-connection.ts';
import type { LogRecord } from './record/record.ts';
import type { OwnTraffic } from './sink/own-traffic.ts';
import type { Sink } from './sink/sink.ts';
import type { AttemptListener } from './tcp/attempt.ts';
import type { Counters } from './telemetry/counters.ts';

/** What becomes of outgoing connections that never came up. */
export type ConnectOutlets = {
  /** Sees every one of others, also those that are not to be logged. */
  readonly observe: (failed: FailedConnection) => void;
  /** Undefined where they are not to be logged. */
  readonly buildRecord: ((failed: FailedConnection) => LogRecord) | undefined;
  readonly sinks: readonly Pick<Sink, 'write'>[];
};

/** What has to be known to tell which of them are to be logged. */
export type ConnectSurroundings = {
  readonly counters: Counters;
  readonly isLocal: IsLocal;
  readonly ownTraffic: Pick<OwnTraffic, 'isOwnAttempt'>;
};

/** From a connection that never came up to its record in the sinks, if it is an outgoing one of others. */
export function createConnectRecorder(
  { counters, isLocal, ownTraffic }: ConnectSurroundings,
  { observe, buildRecord, sinks }: ConnectOutlets,
): AttemptListener['failed'] {
  const limit = new ConnectLimit();
  return (attempt, { outcome, time }) => {
    counters[`attempts_${outcome}`]++;
    if (outcome === 'unknown') return;
    const failed = failedConnection(attempt, { outcome, time }, isLocal);
    if (failed.endpoints.direction !== 'outgoing') {
      counters.attempts_not_outgoing++;
    } else if (ownTraffic.isOwnAttempt(failed.endpoints)) {
      counters.attempts_own_traffic++;
    } else {
      observe(failed);
      if (buildRecord === undefined) {
        counters.attempts_not_asked_for++;
      } else if (!limit.takes(failed)) {
        counters.attempts_over_limit++;
      } else {
        counters.attempts_logged++;
        counters.records_built++;
        const record = buildRecord(failed);
        for (const sink of sinks) sink.write(record);
      }
    }
  };
}
