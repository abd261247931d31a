import type { Writable } from '../../bytes/writable.ts';
import type { Segment } from '../../packet/segment.ts';
import type { Connection } from '../connection/connection.ts';
import { endpointPairOf, sideFrom } from '../connection/endpoint.ts';
import { otherSide } from '../stream.ts';
import { EndpointHash } from './endpoint-hash.ts';
import type { Place } from './place.ts';
import { type Continued, RedirectedLegs } from './redirected-legs.ts';

/** All connections by the addresses and ports of their sides. */
export class ConnectionIndex {
  readonly #buckets = new Map<number, Connection>();
  readonly #legs = new RedirectedLegs();
  readonly #hash: EndpointHash;
  /** Of the segment before: packets of a connection often come one behind the other. */
  #latest: Connection | undefined;
  readonly #place: Writable<Place> = {
    connection: undefined,
    from: 0,
    isOneSided: false,
    isLeg: false,
    hash: 0,
    senderHash: 0,
  };

  /** Whoever does not know the `seed` cannot choose connections that share a bucket. */
  constructor(seed: number) {
    this.#hash = new EndpointHash(seed);
  }

  place(segment: Segment): Place {
    const place = this.#place;
    if (!this.#isOfLatest(segment, place)) this.#find(segment, place);
    const { connection, from } = place;
    place.isOneSided = connection !== undefined && !connection.sides[otherSide(from)].seen;
    place.isLeg = place.isOneSided && this.#isLeg(segment, place);
    if (connection === undefined) this.#placeRedirected(segment, place);
    return place;
  }

  /** The connection begins with this segment. */
  add(connection: Connection, segment: Segment): void {
    this.#add(connection);
    this.#legs.await(connection, segment);
  }

  remove(connection: Connection): void {
    if (this.#latest === connection) this.#latest = undefined;
    this.#remove(connection);
    this.#legs.remove(connection);
  }

  /** The connection of which a SYN is a copy, with other addresses of the server. */
  withSameSyn(segment: Segment, { senderHash }: Place): Connection | undefined {
    return this.#legs.withSameSyn(segment, senderHash);
  }

  #isOfLatest(segment: Segment, place: Writable<Place>): boolean {
    const latest = this.#latest;
    if (latest === undefined) return false;
    const from = sideFrom(segment, latest.endpoints);
    if (from === undefined) return false;
    place.connection = latest;
    place.from = from;
    place.hash = latest.hash;
    place.senderHash = from === 0 ? latest.firstHash : (latest.hash - latest.firstHash) | 0;
    return true;
  }

  #find(segment: Segment, place: Writable<Place>): void {
    const { sourceAddress, destinationAddress, sourcePort, destinationPort } = segment;
    place.senderHash = this.#hash.of(segment, sourceAddress, sourcePort);
    place.hash = (place.senderHash + this.#hash.of(segment, destinationAddress, destinationPort)) | 0;
    place.from = 0;
    let connection = this.#buckets.get(place.hash);
    for (; connection !== undefined; connection = connection.nextInBucket) {
      const from = sideFrom(segment, connection.endpoints);
      if (from === undefined) continue;
      place.from = from;
      break;
    }
    place.connection = connection;
    if (connection !== undefined) this.#latest = connection;
  }

  /** Whether a connection of which one side was seen turns out to be a leg of another one, by its latest segment. */
  #isLeg(segment: Segment, place: Place): boolean {
    if (this.#legs.continued(segment, place) !== undefined) return true;
    if (place.connection !== undefined) this.#legs.await(place.connection, segment);
    return false;
  }

  /** A segment with addresses that no connection has: those of a leg, or of what turns out to be one. */
  #placeRedirected(segment: Segment, place: Writable<Place>): void {
    if (this.#legs.place(segment, place)) return;
    const continued = this.#legs.continued(segment, place);
    if (continued === undefined) return;
    this.#join(segment, place, continued);
    place.connection = continued.connection;
    place.from = continued.from;
  }

  /** The server is where answers come from: that is whom the client meant. */
  #join(segment: Segment, place: Place, { connection, from, isAnswer }: Continued): void {
    const pair = endpointPairOf(segment, from, place);
    if (!isAnswer) return this.#legs.add(connection, pair);
    const { endpoints, firstHash } = connection;
    this.#legs.add(connection, { endpoints, hash: connection.hash, firstHash });
    this.#remove(connection);
    connection.endpoints = pair.endpoints;
    connection.hash = pair.hash;
    connection.firstHash = pair.firstHash;
    this.#add(connection);
  }

  #add(connection: Connection): void {
    connection.nextInBucket = this.#buckets.get(connection.hash);
    this.#buckets.set(connection.hash, connection);
  }

  #remove(connection: Connection): void {
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
