import type { Writable } from '../bytes/writable.ts';
import type { Segment } from '../packet/segment.ts';
import type { Connection } from './connection.ts';
import { hashEndpoint } from './endpoint.ts';
import type { Side } from './stream.ts';

/** Where a segment belongs. The object is borrowed: it is filled again for the next segment. */
export type Place = {
  readonly connection: Connection | undefined;
  /** The side that sent the segment; 0 if there is no connection yet. */
  readonly from: Side;
  /** Of both endpoints, whichever of them sends. */
  readonly hash: number;
  /** Of the endpoint that sends. */
  readonly senderHash: number;
};

/** All connections by the addresses and ports of their sides. */
export class ConnectionIndex {
  readonly #buckets = new Map<number, Connection>();
  readonly #seed = Math.trunc(Math.random() * 0x7fffffff);
  readonly #place: Writable<Place> = {
    connection: undefined,
    from: 0,
    hash: 0,
    senderHash: 0,
  };

  place(segment: Segment): Place {
    const { bytes, sourceAddress, destinationAddress, addressLength, sourcePort, destinationPort } = segment;
    const place = this.#place;
    const senderHash = hashEndpoint(bytes, sourceAddress, addressLength, sourcePort, this.#seed);
    place.senderHash = senderHash;
    place.hash = (senderHash + hashEndpoint(bytes, destinationAddress, addressLength, destinationPort, this.#seed)) | 0;
    place.from = 0;
    let connection = this.#buckets.get(place.hash);
    for (; connection !== undefined; connection = connection.nextInBucket) {
      const [first, second] = connection.endpoints;
      if (
        first.matches(bytes, sourceAddress, addressLength, sourcePort) &&
        second.matches(bytes, destinationAddress, addressLength, destinationPort)
      ) {
        break;
      }
      if (
        second.matches(bytes, sourceAddress, addressLength, sourcePort) &&
        first.matches(bytes, destinationAddress, addressLength, destinationPort)
      ) {
        place.from = 1;
        break;
      }
    }
    place.connection = connection;
    return place;
  }

  add(connection: Connection): void {
    connection.nextInBucket = this.#buckets.get(connection.hash);
    this.#buckets.set(connection.hash, connection);
  }

  remove(connection: Connection): void {
    const head = this.#buckets.get(connection.hash);
    if (head === connection) {
      if (connection.nextInBucket === undefined) this.#buckets.delete(connection.hash);
      else this.#buckets.set(connection.hash, connection.nextInBucket);
      return;
    }
    for (let before = head; before !== undefined; before = before.nextInBucket) {
      if (before.nextInBucket !== connection) continue;
      before.nextInBucket = connection.nextInBucket;
      return;
    }
  }
}
