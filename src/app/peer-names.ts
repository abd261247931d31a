import { Resolver } from 'node:dns/promises';
import { RecencyMap } from '../bytes/recency-map.ts';
import { HostsFile } from './hosts-file.ts';

/** The names of an address; rejects if there are none, or if no server answers. */
export type Reverse = (ip: string) => Promise<readonly string[]>;

/** `name` is undefined for an address that has none. */
type Entry = { readonly name: string | undefined; readonly until: number };

const maxEntries = 1000;
const maxLookups = 4;
const lookupMs = 1000;
/** A pod's address soon belongs to another pod, so no name is kept for long. */
const nameLifeMs = 300_000;
/** A new pod is in DNS only once it is ready, and DNS itself may be away for a while. */
const noNameLifeMs = 60_000;

/** The owner of an address may also control its name: anything that is not a host name is left out. */
const hostName = /^(?=.{1,253}$)[a-z0-9_](?:[-a-z0-9_.]*[a-z0-9_])?$/i;

/**
 * Names of addresses by reverse DNS, as far as they are known. No record waits for a lookup: an address that is seen
 * for the first time has no name yet, and one that is seen while too many lookups are under way is tried again the next
 * time.
 */
export class PeerNames {
  readonly #reverse: Reverse;
  readonly #now: () => number;
  /** The earliest answer first. */
  readonly #entries = new RecencyMap<string, Entry>();
  readonly #lookups = new Set<string>();

  constructor(reverse: Reverse, now: () => number = Date.now) {
    this.#reverse = reverse;
    this.#now = now;
  }

  /** Of the hosts file, where the first name of an address is the canonical one (hosts(5)), else of reverse DNS. */
  static fromDns(hosts: Pick<HostsFile, 'names'> = new HostsFile()): PeerNames {
    const resolver = new Resolver({ timeout: lookupMs, tries: 1 });
    return new PeerNames(async (ip) => {
      const canonical = (await hosts.names(ip)).find((name) => hostName.test(name));
      return canonical === undefined ? resolver.reverse(ip) : [canonical];
    });
  }

  /** Never waits and never throws. */
  name(ip: string): string | undefined {
    const entry = this.#entries.get(ip);
    if (entry !== undefined && this.#now() < entry.until) return entry.name;
    if (this.#lookups.size < maxLookups && !this.#lookups.has(ip)) void this.#lookUp(ip);
    return undefined;
  }

  async #lookUp(ip: string): Promise<void> {
    this.#lookups.add(ip);
    const name = await this.#ask(ip);
    this.#lookups.delete(ip);
    this.#keep(ip, { name, until: this.#now() + (name === undefined ? noNameLifeMs : nameLifeMs) });
  }

  /** The order of several names changes from answer to answer, which the record's name should not. */
  async #ask(ip: string): Promise<string | undefined> {
    try {
      const names = await this.#reverse(ip);
      return names
        .map((name) => name.replace(/\.$/, ''))
        .filter((name) => hostName.test(name))
        .sort()[0];
    } catch {
      return undefined;
    }
  }

  #keep(ip: string, entry: Entry): void {
    this.#entries.set(ip, entry);
    const { size, oldest } = this.#entries;
    if (size > maxEntries && oldest !== undefined) this.#entries.delete(oldest.key);
  }
}
