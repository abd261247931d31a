import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** Flags of linux/route.h. */
const rtfUp = 0x1;
const rtfReject = 0x200;

/** The IP addresses of this network namespace, as text; they may change while the process runs. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address));
}

/** The names of all interfaces, also of those that are down or have no address. */
export function interfaceList(): readonly string[] {
  return [...read('/proc/net/dev').matchAll(/^\s*([^\s:]+):/gm)].map(([, name = '']) => name);
}

/** The same with their IP and MAC addresses, as far as they are up. */
export function presentInterfaces(): readonly { readonly name: string; readonly addresses: readonly string[] }[] {
  const found = networkInterfaces();
  return interfaceList().map((name) => ({
    name,
    addresses: (found[name] ?? []).flatMap(({ address, mac }) => [address, mac]),
  }));
}

/** What to say of an interface that is not there: those that are, and the one that was probably meant. */
export function insteadOf(name: string): string {
  const there = interfaceList();
  const meant = there.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return `there are: ${there.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

/**
 * The interface of the default route, else the only one besides loopback that is up. Everything is asked of the
 * process's own network namespace: /proc/net is always that of the reader, whereas /sys/class/net shows the namespace
 * in which /sys was mounted. Throws an Error with one sentence for the operator when there is no single answer.
 */
export function defaultInterface(): { readonly name: string; readonly isRouted: boolean } {
  const routed = parseIpv4DefaultRoute(read('/proc/net/route')) ?? parseIpv6DefaultRoute(read('/proc/net/ipv6_route'));
  if (routed !== undefined) return { name: routed, isRouted: true };
  const candidates = Object.entries(networkInterfaces())
    .filter(([, addresses = []]) => addresses.some(({ internal }) => !internal))
    .map(([name]) => name);
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return { name: only, isRouted: false };
  const found = only === undefined ? 'no interface besides loopback is up' : `these are up: ${candidates.join(', ')}`;
  throw new Error(`there is no default route to tell which interface to capture, and ${found}; name one with IFACE`);
}

/**
 * The text of /proc/net/route: interface, destination, gateway, flags, reference count, use, metric, mask (hexadecimal
 * but for 3).
 */
export function parseIpv4DefaultRoute(table: string): string | undefined {
  return best(
    rows(table).map(([name, destination, , flags, , , metric, mask]) => ({
      name,
      isDefault: destination === '00000000' && mask === '00000000',
      flags: Number.parseInt(flags ?? '', 16),
      metric: Number(metric),
    })),
  );
}

/**
 * The text of /proc/net/ipv6_route: destination, prefix length, source, its length, next hop, metric, 2 counts, flags,
 * interface.
 */
export function parseIpv6DefaultRoute(table: string): string | undefined {
  return best(
    rows(table).map(([destination, length, , , , metric, , , flags, name]) => ({
      name,
      isDefault: destination === '0'.repeat(32) && length === '00',
      flags: Number.parseInt(flags ?? '', 16),
      metric: Number.parseInt(metric ?? '', 16),
    })),
  );
}

type Route = {
  readonly name: string | undefined;
  readonly isDefault: boolean;
  readonly flags: number;
  readonly metric: number;
};

function best(routes: readonly Route[]): string | undefined {
  return routes
    .filter(({ isDefault, flags }) => isDefault && (flags & rtfUp) !== 0 && (flags & rtfReject) === 0)
    .sort((a, b) => a.metric - b.metric)[0]?.name;
}

function rows(table: string): string[][] {
  return table.split('\n').map((line) => line.trim().split(/\s+/));
}

/** IPv6 may be switched off: then its table does not exist. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
