import type { Exchange } from '../exchange/exchange.ts';
import type { FailedConnection } from '../exchange/failed-connection.ts';
import type { RequestHead } from '../http/head.ts';
import { Peer } from './peer.ts';
import { Places } from './places.ts';
import { isRefusal } from './refusal.ts';
import { authorityOf, serverAddress } from './server-address.ts';

/** What has no place of its own. */
export const otherPeer = '{other}';
/** Who has been idle for so long gives its place to one that needs it, microseconds: an hour. */
const idleMicros = 3_600_000_000;
/** Ways to write an authority that are known, for each place, and how long they may be. */
const spellingsPerPlace = 4;
const maxSpellingLength = 300;

export type PeerTableOptions = {
  readonly maxPeers: number;
  readonly warn: (sentence: string) => void;
  /** Told the name of a peer that has lost its place. */
  readonly forgotten: (name: string) => void;
};

/**
 * The servers that metrics show. Their names come from requests, and who sends requests through this pod may make them
 * up, so:
 *  - a name gets a place with an answer that does not refuse it; until then the address stands for it, which nobody can
 *    make up who cannot make this pod connect to it;
 *  - the names that one address answers to have half of the places at most;
 *  - half of all places have to be earned (`Places`);
 *  - the place of a peer that has been idle for an hour is given to one that has earned it.
 */
export class PeerTable {
  readonly #options: PeerTableOptions;
  readonly #places: Places<Peer>;
  readonly #other = new Peer(otherPeer);
  /** Peers by what stands in requests, so that it has to be read once. */
  readonly #bySpelling = new Map<string, Peer>();
  /** How many names have got their place with an answer from each address. */
  readonly #namesAt = new Map<string, number>();
  /** Before this moment no peer can have been idle for long enough. */
  #nextSearch = 0;
  /** Requests and failed connections of peers without a place. */
  overflowing = 0;

  constructor(options: PeerTableOptions) {
    this.#options = options;
    const { maxPeers: max, warn } = options;
    const sentence = `there are too many servers for METRICS_MAX_PEERS=${max}: some come under ${otherPeer}`;
    this.#places = new Places({ max, warn, sentence, makeRoom: (now) => this.#makeRoom(now) });
  }

  /** All that have a place, and the one for all others, if there are any. */
  *peers(): Generator<Peer> {
    yield* this.#places.values();
    if (this.overflowing > 0) yield this.#other;
  }

  /** Whom an exchange counts for: the name that it asks by, else the address. */
  asked({ endpoints, response, outcome }: Exchange, head: RequestHead, now: number): Peer {
    const { serverIp } = endpoints;
    const authority = authorityOf(head);
    const isAccepted = response !== undefined && outcome === 'answered' && !isRefusal(response.head.status);
    const named = authority === undefined ? undefined : this.#named(authority, isAccepted ? serverIp : undefined, now);
    const peer = named ?? this.#at(serverIp, now);
    peer.lastTime = now;
    peer.wasAt(serverIp);
    return peer;
  }

  /** Whom a failed connection counts for: the one name that is known of its address, else the address. */
  called({ endpoints: { serverIp }, startTime }: FailedConnection): Peer {
    const [named, ...others] = this.#namesOf(serverIp);
    const peer = others.length === 0 && named !== undefined ? named : this.#at(serverIp, startTime);
    peer.lastTime = startTime;
    return peer;
  }

  /** A name can only get a place where it has been accepted. */
  #named(authority: string, acceptedAt: string | undefined, now: number): Peer | undefined {
    const spelled = this.#bySpelling.get(authority);
    if (spelled !== undefined) return spelled;
    const name = serverAddress(authority);
    if (name === undefined) return undefined;
    const peer = this.#places.get(name) ?? this.#admitName(name, acceptedAt, now);
    if (peer !== undefined) this.#learnSpelling(authority, peer);
    return peer;
  }

  #admitName(name: string, acceptedAt: string | undefined, now: number): Peer | undefined {
    if (acceptedAt === undefined) return undefined;
    const names = this.#namesAt.get(acceptedAt) ?? 0;
    if (names >= this.#options.maxPeers / 2) return undefined;
    const peer = this.#places.admit(name, now, (own) => new Peer(own, acceptedAt));
    if (peer !== undefined) this.#namesAt.set(acceptedAt, names + 1);
    return peer;
  }

  #at(address: string, now: number): Peer {
    const peer = this.#places.get(address) ?? this.#places.admit(address, now, (own) => new Peer(own));
    if (peer === undefined) this.overflowing++;
    return peer ?? this.#other;
  }

  #namesOf(address: string): readonly Peer[] {
    return [...this.#places.values()].filter((peer) => peer.isNameOf(address));
  }

  /** Not a long one, with leading zeros or a password: it would be kept. */
  #learnSpelling(authority: string, peer: Peer): void {
    if (authority.length > maxSpellingLength) return;
    if (this.#bySpelling.size >= this.#options.maxPeers * spellingsPerPlace) this.#bySpelling.clear();
    this.#bySpelling.set(Buffer.from(authority).toString(), peer);
  }

  /** Whether a place has been given back. */
  #makeRoom(now: number): boolean {
    if (now < this.#nextSearch) return false;
    const [first, ...others] = this.#places.values();
    if (first === undefined) return false;
    const oldest = others.reduce((older, peer) => (peer.lastTime < older.lastTime ? peer : older), first);
    this.#nextSearch = oldest.lastTime + idleMicros;
    if (now < this.#nextSearch) return false;
    this.#forget(oldest);
    return true;
  }

  #forget({ name, acceptedAt }: Peer): void {
    this.#places.delete(name);
    this.#bySpelling.clear();
    if (acceptedAt !== undefined) {
      const others = (this.#namesAt.get(acceptedAt) ?? 0) - 1;
      if (others > 0) this.#namesAt.set(acceptedAt, others);
      else this.#namesAt.delete(acceptedAt);
    }
    this.#options.forgotten(name);
  }
}
