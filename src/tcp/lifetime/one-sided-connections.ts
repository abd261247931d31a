import type { Counters } from '../../telemetry/counters.ts';
import type { Connection } from '../connection/connection.ts';

/** Counts connections of which only one direction is captured, each once, as soon as that is known. */
export class OneSidedConnections {
  readonly #counters: Counters;
  readonly #known = new WeakSet<Connection>();

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** A segment of the only side that was seen: has that side received what was not captured? */
  look(connection: Connection): void {
    const isMissed = connection.sides.some(
      ({ seen, firstAcknowledged, acknowledged }) => !seen && firstAcknowledged !== acknowledged,
    );
    if (isMissed) this.#count(connection);
  }

  /** The connection is over. */
  ended(connection: Connection): void {
    if (!connection.seen(0) || !connection.seen(1)) this.#count(connection);
  }

  /** The other direction was captured as another connection. */
  exempt(connection: Connection): void {
    this.#known.add(connection);
  }

  #count(connection: Connection): void {
    if (this.#known.has(connection)) return;
    this.#known.add(connection);
    this.#counters.connections_one_sided++;
  }
}
