import { formatIpv4, formatIpv6 } from '../packet/address.ts';

/** Address and port of one side, kept as words: compared against captured bytes without making anything. */
export class Endpoint {
  readonly addressLength: 4 | 16;
  readonly port: number;
  /** IPv4 only uses the first word. */
  readonly #word0: number;
  readonly #word1: number;
  readonly #word2: number;
  readonly #word3: number;

  constructor(bytes: Buffer, address: number, addressLength: 4 | 16, port: number) {
    this.addressLength = addressLength;
    this.port = port;
    const isLong = addressLength === 16;
    this.#word0 = word(bytes, address);
    this.#word1 = isLong ? word(bytes, address + 4) : 0;
    this.#word2 = isLong ? word(bytes, address + 8) : 0;
    this.#word3 = isLong ? word(bytes, address + 12) : 0;
  }

  matches(bytes: Buffer, address: number, addressLength: number, port: number): boolean {
    if (port !== this.port || addressLength !== this.addressLength) return false;
    if (this.#word0 !== word(bytes, address)) return false;
    if (addressLength === 4) return true;
    return (
      this.#word1 === word(bytes, address + 4) &&
      this.#word2 === word(bytes, address + 8) &&
      this.#word3 === word(bytes, address + 12)
    );
  }

  /** As text; made anew at every call. */
  get address(): string {
    if (this.addressLength === 4) return formatIpv4(this.#word0);
    return formatIpv6(this.#word0 >>> 0, this.#word1 >>> 0, this.#word2 >>> 0, this.#word3 >>> 0);
  }
}

/** A hash of one endpoint; the seed keeps an outsider from aiming at one bucket. */
export function hashEndpoint(
  bytes: Buffer,
  address: number,
  addressLength: number,
  port: number,
  seed: number,
): number {
  // Mixed before the address comes in: else a port and an address that differ in the same bits would cancel each other out.
  let hash = Math.imul(seed ^ port, 0xc2b2ae35);
  hash ^= hash >>> 13;
  for (let at = address; at < address + addressLength; at += 4) {
    hash = Math.imul(hash ^ word(bytes, at), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return Math.imul(hash, 0x85ebca6b) | 0;
}

function word(bytes: Buffer, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}
