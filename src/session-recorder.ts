import type { Session } from './exchange/session.ts';
import type { LogRecord } from './record/record.ts';
import type { OwnTraffic } from './sink/own-traffic.ts';
import type { Sink } from './sink/sink.ts';
import type { SessionType } from './stream/session.ts';
import type { Counters } from './telemetry/counters.ts';

/** What becomes of sessions that have ended. */
export type SessionOutlets = {
  /** Those that are to be logged. */
  readonly types: readonly SessionType[];
  readonly buildRecord: (session: Session) => LogRecord;
  /** Whether requests of this target are not to be logged: their sessions are not, either. */
  readonly isIgnored: (target: string) => boolean;
  readonly sinks: readonly Pick<Sink, 'write'>[];
};

export type SessionSurroundings = {
  readonly counters: Counters;
  readonly ownTraffic: Pick<OwnTraffic, 'isOwnExchange'>;
};

/** From a session that has ended to its record in the sinks, unless its exchange has none or it is not asked for. */
export function createSessionRecorder(
  { counters, ownTraffic }: SessionSurroundings,
  { types, buildRecord, isIgnored, sinks }: SessionOutlets,
): (session: Session) => void {
  return (session) => {
    const { type, handshake } = session;
    const target = handshake.request?.head.target;
    counters[`sessions_${type}`]++;
    if (ownTraffic.isOwnExchange(handshake)) {
      counters.sessions_own_traffic++;
    } else if (target !== undefined && isIgnored(target)) {
      counters.sessions_ignored_url++;
    } else if (!types.includes(type)) {
      counters.sessions_not_asked_for++;
    } else {
      counters.sessions_logged++;
      counters.records_built++;
      const record = buildRecord(session);
      for (const sink of sinks) sink.write(record);
    }
  };
}
