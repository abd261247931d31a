import type { Connection } from '../connection/connection.ts';
import type { EndpointHashes } from '../connection/endpoint.ts';
import type { Side } from '../stream.ts';

/** Where a segment belongs. The object is borrowed: it is filled again for the next segment. */
export type Place = EndpointHashes & {
  readonly connection: Connection | undefined;
  /** The side that sent the segment; 0 if there is no connection yet. */
  readonly from: Side;
  /** Nothing was seen of the other side. */
  readonly isOneSided: boolean;
  /** The connection is a leg of another one: once it is closed, the segment belongs to that. */
  readonly isLeg: boolean;
};
