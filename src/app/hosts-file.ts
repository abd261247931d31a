import { readFile } from 'node:fs/promises';

/** The kubelet writes this file anew when names change. */
const rereadMs = 60_000;
/** Lists of millions of names to block tell nothing of the peers of a pod. */
const maxLines = 10_000;

/**
 * The names of addresses in a hosts file. The resolver of node reads it as well, but gives only what follows the first
 * name of a line, so that a line with one name, as Kubernetes writes it for the pod itself, has none.
 */
export class HostsFile {
  readonly #path: string;
  readonly #now: () => number;
  #names: Promise<ReadonlyMap<string, readonly string[]>> | undefined;
  #readAt = 0;

  constructor(path = '/etc/hosts', now: () => number = Date.now) {
    this.#path = path;
    this.#now = now;
  }

  /** All names of an address, none if it is not there; never rejects. */
  async names(ip: string): Promise<readonly string[]> {
    const now = this.#now();
    if (this.#names === undefined || now - this.#readAt >= rereadMs) {
      this.#readAt = now;
      this.#names = readFile(this.#path, 'utf8').then(parseHosts, () => new Map());
    }
    return (await this.#names).get(normalised(ip)) ?? [];
  }
}

/** hosts(5): an address and its names in each line, separated by blanks; `#` begins a comment. */
function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const hosts = new Map<string, string[]>();
  for (const line of text.split('\n', maxLines)) {
    const [ip = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (names.length === 0) continue;
    const key = normalised(ip);
    const known = hosts.get(key);
    if (known === undefined) hosts.set(key, names);
    else for (const name of names) known.push(name);
  }
  return hosts;
}

/** IPv6 addresses have many spellings. */
function normalised(ip: string): string {
  if (!ip.includes(':')) return ip;
  try {
    return new URL(`http://[${ip}]`).hostname;
  } catch {
    return ip;
  }
}
