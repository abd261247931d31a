import type { Attempt } from '../tcp/attempt.ts';
import { directionOf, type IsLocal } from './direction.ts';
import type { Endpoints } from './exchange.ts';

/** A connection that never came up, so that it carried no exchange. Times are microseconds since the epoch. */
export type FailedConnection = {
  readonly endpoints: Endpoints;
  readonly outcome: 'refused' | 'timeout';
  /** When the SYN was first sent, and when it was refused or the time for an answer was over. */
  readonly startTime: number;
  readonly endTime: number;
  /** TCP sequence number of the SYN. */
  readonly sequence: number;
};

/** The direction is that of who asks: within the pod nobody has served it. */
export function failedConnection(
  attempt: Attempt,
  { outcome, time }: Pick<FailedConnection, 'outcome'> & { readonly time: number },
  isLocal: IsLocal,
): FailedConnection {
  const { connection, startTime, sequence } = attempt;
  const endpoints: Endpoints = {
    clientIp: connection.address(0),
    clientPort: connection.port(0),
    serverIp: connection.address(1),
    serverPort: connection.port(1),
    direction: isLocal(connection.address(0)) ? 'outgoing' : directionOf(connection, 0, isLocal),
  };
  return { endpoints, outcome, startTime, endTime: Math.max(startTime, time), sequence };
}
