import { type ConnectionHandle, otherSide, type Side } from '../tcp/stream.ts';
import type { Direction } from './exchange.ts';

/** Whether an address is one of this pod's own. */
export type IsLocal = (address: string) => boolean;

/**
 * Seen from this pod. Own addresses decide; where neither or both ends are ours, the way its packets crossed the
 * interface does. An exchange within the pod counts as incoming: it is served here.
 */
export function directionOf(connection: ConnectionHandle, client: Side, isLocal: IsLocal): Direction {
  const server = otherSide(client);
  const clientIsLocal = isLocal(connection.address(client));
  const serverIsLocal = isLocal(connection.address(server));
  if (clientIsLocal !== serverIsLocal) return clientIsLocal ? 'outgoing' : 'incoming';
  if (clientIsLocal) return 'incoming';
  if (connection.localSide !== undefined) return connection.localSide === client ? 'outgoing' : 'incoming';
  return 'unknown';
}
