import { int32 } from '../../bytes/integers.ts';
import { formatIpv4, formatIpv6 } from '../../packet/address.ts';
import type { Segment } from '../../packet/segment.ts';
import type { Side } from '../stream.ts';

/** Hashes of the addresses and ports of a segment or a connection. */
export type EndpointHashes = {
  /** Of both endpoints, whichever of them sends. */
  readonly hash: number;
  /** Of the endpoint that sent (the first segment). */
  readonly senderHash: number;
};

/** Of both sides, in their order. */
export type Endpoints = readonly [Endpoint, Endpoint];

/** Addresses and ports of both sides, with their hash and that of side 0. */
export type EndpointPair = {
  readonly endpoints: Endpoints;
  readonly hash: number;
  readonly firstHash: number;
};

/** Further addresses of a connection that has none, as most do. */
export const noLegs: readonly EndpointPair[] = [];

/** Bytes that addresses stand in: those of a segment. */
export type AddressBytes = Pick<Segment, 'bytes' | 'addressLength'>;

/** Address and port of one side, kept as words: compared against captured bytes without making anything. */
export class Endpoint {
  readonly addressLength: 4 | 16;
  readonly port: number;
  /** IPv4 only uses the first word. */
  readonly #word0: number;
  readonly #word1: number;
  readonly #word2: number;
  readonly #word3: number;

  /** The address begins at `address` in the bytes. */
  constructor({ bytes, addressLength }: AddressBytes, address: number, port: number) {
    this.addressLength = addressLength;
    this.port = port;
    const isLong = addressLength === 16;
    this.#word0 = int32(bytes, address);
    this.#word1 = isLong ? int32(bytes, address + 4) : 0;
    this.#word2 = isLong ? int32(bytes, address + 8) : 0;
    this.#word3 = isLong ? int32(bytes, address + 12) : 0;
  }

  matches({ bytes, addressLength }: AddressBytes, address: number, port: number): boolean {
    if (port !== this.port || addressLength !== this.addressLength) return false;
    if (this.#word0 !== int32(bytes, address)) return false;
    if (addressLength === 4) return true;
    return (
      this.#word1 === int32(bytes, address + 4) &&
      this.#word2 === int32(bytes, address + 8) &&
      this.#word3 === int32(bytes, address + 12)
    );
  }

  /** As text; made anew at every call. */
  get address(): string {
    if (this.addressLength === 4) return formatIpv4(this.#word0);
    return formatIpv6([this.#word0 >>> 0, this.#word1 >>> 0, this.#word2 >>> 0, this.#word3 >>> 0]);
  }
}

/** Of a segment that this side has sent. */
export function endpointPairOf(segment: Segment, from: Side, { hash, senderHash }: EndpointHashes): EndpointPair {
  const sender = new Endpoint(segment, segment.sourceAddress, segment.sourcePort);
  const receiver = new Endpoint(segment, segment.destinationAddress, segment.destinationPort);
  return from === 0
    ? { endpoints: [sender, receiver], hash, firstHash: senderHash }
    : { endpoints: [receiver, sender], hash, firstHash: (hash - senderHash) | 0 };
}

/** The side that has sent a segment, if it is one between these endpoints. */
export function sideFrom(segment: Segment, endpoints: Endpoints): Side | undefined {
  const { 0: first, 1: second } = endpoints;
  if (isFromTo(segment, first, second)) return 0;
  return isFromTo(segment, second, first) ? 1 : undefined;
}

function isFromTo(segment: Segment, sender: Endpoint, receiver: Endpoint): boolean {
  return (
    sender.matches(segment, segment.sourceAddress, segment.sourcePort) &&
    receiver.matches(segment, segment.destinationAddress, segment.destinationPort)
  );
}
