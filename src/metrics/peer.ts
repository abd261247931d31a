import { CountsBy } from './counts-by.ts';

/** Addresses that are remembered of a peer: more than its name usually has. */
const maxAddresses = 8;

/** A server that this pod asks, under the name that metrics show. */
export class Peer {
  readonly name: string;
  readonly acceptedAt: string | undefined;
  /** Connections to it that never came up. */
  readonly failedConnections = new CountsBy('outcome', ['refused', 'timeout']);
  /** When it was asked last, microseconds since the epoch. */
  lastTime = 0;
  /** The one that was learned first comes first. */
  readonly #addresses: string[] = [];
  #latest = 0;

  /** `acceptedAt`: the address that has answered to the name; undefined for what is shown by its address. */
  constructor(name: string, acceptedAt?: string) {
    this.name = name;
    this.acceptedAt = acceptedAt;
  }

  wasAt(address: string): void {
    if (this.#addresses[this.#latest] === address) return;
    const known = this.#addresses.indexOf(address);
    if (known >= 0) {
      this.#latest = known;
      return;
    }
    if (this.#addresses.length === maxAddresses) this.#addresses.shift();
    this.#latest = this.#addresses.push(address) - 1;
  }

  /** Whether it was asked at this address, by another name. */
  isNameOf(address: string): boolean {
    return this.name !== address && this.#addresses.includes(address);
  }
}
