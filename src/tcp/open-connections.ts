import { RecencyList } from '../bytes/recency-list.ts';
import type { Connection } from './connection.ts';

/**
 * All connections that have not ended, in the order in which they may be given up: those with an RST, in its order, then the others, the one
 * silent for longest first.
 */
export class OpenConnections {
  readonly #leaving = new RecencyList<Connection>();
  readonly #lasting = new RecencyList<Connection>();

  get size(): number {
    return this.#leaving.size + this.#lasting.size;
  }

  get oldest(): Connection | undefined {
    return this.#leaving.oldest ?? this.#lasting.oldest;
  }

  /** Of those without an RST. */
  get idlest(): Connection | undefined {
    return this.#lasting.oldest;
  }

  /** The one whose RST is the oldest. */
  get firstReset(): Connection | undefined {
    return this.#leaving.oldest;
  }

  /** The one to give up after this one. */
  after(connection: Connection): Connection | undefined {
    return connection.newer ?? (connection.isLeaving ? this.#lasting.oldest : undefined);
  }

  add(connection: Connection): void {
    this.#lasting.append(connection);
  }

  remove(connection: Connection): void {
    (connection.isLeaving ? this.#leaving : this.#lasting).remove(connection);
  }

  /** The connection was heard of. */
  touch(connection: Connection): void {
    const isLeaving = connection.resetTime !== undefined;
    if (isLeaving === connection.isLeaving) {
      if (!isLeaving) this.#lasting.moveToEnd(connection);
      return;
    }
    this.remove(connection);
    connection.isLeaving = isLeaving;
    (isLeaving ? this.#leaving : this.#lasting).append(connection);
  }
}
