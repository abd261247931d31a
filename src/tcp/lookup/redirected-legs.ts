import type { Writable } from '../../bytes/writable.ts';
import { Flag, type Segment } from '../../packet/segment.ts';
import type { Connection } from '../connection/connection.ts';
import { type EndpointPair, sideFrom } from '../connection/endpoint.ts';
import { otherSide, type Side } from '../stream.ts';
import { isAnswerOf, isRequestOf } from './leg-match.ts';
import type { Place } from './place.ts';

/** No connection has more pairs of addresses than this beside its own. */
const maxLegs = 3;

type Endpoints = EndpointPair['endpoints'];

type Leg = EndpointPair & { readonly connection: Connection };

/** The connection that a segment continues in spite of its addresses, and the side of it that has sent the segment. */
export type Continued = {
  readonly connection: Connection;
  readonly from: Side;
  /** The first packet of a server whose client was seen. */
  readonly isAnswer: boolean;
};

/**
 * What is captured of connections whose addresses are rewritten on the way (REDIRECT and DNAT of iptables): the
 * directions of one, or copies of its packets, come with different addresses of the server. Each pair of addresses is a
 * leg. What joins legs is the client's endpoint, which is the same in all of them, and that one side continues where
 * the other one expects it.
 */
export class RedirectedLegs {
  readonly #legs = new Map<number, readonly Leg[]>();
  /** The latest connection of each endpoint that may be a client's: one, so that a look-up is constant work. */
  readonly #latest = new Map<number, Connection>();

  /** Whether the addresses of a segment are those of a leg; its place is filled then. */
  place(segment: Segment, place: Writable<Place>): boolean {
    if (this.#legs.size === 0) return false;
    for (const { endpoints, connection } of this.#legs.get(place.hash) ?? []) {
      const from = sideFrom(segment, endpoints);
      if (from === undefined) continue;
      place.connection = connection;
      place.from = from;
      return true;
    }
    return false;
  }

  /** The connection that a segment continues, other than the one that has its addresses, if there is one. */
  continued(segment: Segment, { connection, hash, senderHash }: Place): Continued | undefined {
    if ((segment.flags & (Flag.syn | Flag.ack)) === 0) return undefined;
    const asked = this.#candidate((hash - senderHash) | 0, connection);
    const client = asked && receiverIn(segment, asked.endpoints);
    if (asked !== undefined && client !== undefined && isAnswerOf(segment, asked, client)) {
      const from = otherSide(client);
      return { connection: asked, from, isAnswer: !asked.seen(from) };
    }
    const answered = this.#candidate(senderHash, connection);
    const from = answered && senderIn(segment, answered.endpoints);
    if (answered === undefined || from === undefined || !isRequestOf(segment, answered, from)) return undefined;
    return { connection: answered, from, isAnswer: false };
  }

  /** The latest connection of a client that has sent the same SYN to another address. */
  withSameSyn(segment: Segment, senderHash: number): Connection | undefined {
    const latest = this.#latest.get(senderHash);
    const client = latest && senderIn(segment, latest.endpoints);
    if (latest === undefined || client === undefined) return undefined;
    const { hasSyn, first } = latest.sides[client];
    return hasSyn && first === ((segment.sequence + 1) | 0) ? latest : undefined;
  }

  /** What comes of a connection with other addresses is to be found; it has begun, or was continued, with a segment. */
  await(connection: Connection, segment: Segment): void {
    const { hash, firstHash, sides } = connection;
    const isSyn = (segment.flags & Flag.syn) !== 0;
    const client = isSyn ? clientBySyn(segment) : connection.initiator;
    const start = isSyn ? (segment.sequence + 1) | 0 : sides.find(({ hasSyn }) => hasSyn)?.first;
    if (client !== 1) this.#await(firstHash, connection, start);
    if (client !== 0) this.#await((hash - firstHash) | 0, connection, start);
  }

  add(connection: Connection, pair: EndpointPair): void {
    const others = this.#legs.get(pair.hash) ?? [];
    this.#legs.set(pair.hash, [...others, { ...pair, connection }]);
    connection.legs = [...connection.legs, pair];
  }

  remove(connection: Connection): void {
    this.#forget(connection, connection);
    for (const leg of connection.legs) {
      this.#forget(connection, leg);
      const others = this.#legs.get(leg.hash)?.filter((each) => each.connection !== connection) ?? [];
      if (others.length > 0) this.#legs.set(leg.hash, others);
      else this.#legs.delete(leg.hash);
    }
  }

  #candidate(endpointHash: number, known: Connection | undefined): Connection | undefined {
    const latest = this.#latest.get(endpointHash);
    return latest === known || (latest?.legs.length ?? 0) >= maxLegs ? undefined : latest;
  }

  /** A copy of a SYN does not take the place of the connection that it is a copy of. */
  #await(endpointHash: number, connection: Connection, start: number | undefined): void {
    const earlier = this.#latest.get(endpointHash);
    if (earlier?.sides.some(({ hasSyn, first }) => hasSyn && first === start)) return;
    this.#latest.set(endpointHash, connection);
  }

  #forget(connection: Connection, { hash, firstHash }: Pick<EndpointPair, 'hash' | 'firstHash'>): void {
    const otherHash = (hash - firstHash) | 0;
    if (this.#latest.get(firstHash) === connection) this.#latest.delete(firstHash);
    if (this.#latest.get(otherHash) === connection) this.#latest.delete(otherHash);
  }
}

function senderIn(segment: Segment, [first, second]: Endpoints): Side | undefined {
  const { sourceAddress, sourcePort } = segment;
  if (first.matches(segment, sourceAddress, sourcePort)) return 0;
  return second.matches(segment, sourceAddress, sourcePort) ? 1 : undefined;
}

function receiverIn(segment: Segment, [first, second]: Endpoints): Side | undefined {
  const { destinationAddress, destinationPort } = segment;
  if (first.matches(segment, destinationAddress, destinationPort)) return 0;
  return second.matches(segment, destinationAddress, destinationPort) ? 1 : undefined;
}

/** Of a connection that begins with this SYN. */
function clientBySyn({ flags }: Segment): Side {
  return (flags & Flag.ack) === 0 ? 0 : 1;
}
