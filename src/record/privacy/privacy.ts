import type { Endpoints } from '../../exchange/exchange.ts';
import type { RecordEndpoints } from '../record.ts';
import { type ClientIpForm, createClientAddress, type Digest } from './client-address.ts';
import { maskClients, shownClient } from './client-headers.ts';
import { maskPaths } from './mask-paths.ts';
import { parsePathPattern } from './path-pattern.ts';

export type ClientIpOptions =
  | { readonly form: 'full' }
  | {
      readonly form: Exclude<ClientIpForm, 'full'>;
      /** Of an address, with a key that makes it useless to try all addresses. */
      readonly digestOfAddress: Digest;
      /** Of an id; the same at both ends of a connection. */
      readonly digestOfId: Digest;
    };

export type PrivacyOptions = {
  /** What becomes of the addresses of clients: they are as they are if it is left out. */
  readonly clientIp?: ClientIpOptions;
  /** Patterns of what is masked in paths: nothing if they are left out. */
  readonly redactPaths?: readonly string[];
};

/** Hides what is no secret, but of a person. What is left of secrets comes in, redacted. */
export type Privacy = {
  readonly endpoints: (endpoints: Endpoints) => RecordEndpoints;
  /** The client before the proxies; undefined where it is left out. */
  readonly forwardedFor: (client: string) => string | undefined;
  readonly id: (id: string) => string;
  /** The value of a header, by its lower-case name. */
  readonly header: (name: string, value: string) => string;
  /** A request target of any form. */
  readonly target: (target: string) => string;
  /** Whether a client may be known by the name of its address. */
  readonly namesClients: boolean;
};

/** Digits of an id: 96 bits are as good as never the same. */
const idDigits = 24;
/** A number of TCP that was not seen. */
const unseen = 'x';
const portDigits = 4;

/** Undefined if nothing is to be hidden, which costs nothing then. */
export function createPrivacy({ clientIp, redactPaths = [] }: PrivacyOptions): Privacy | undefined {
  if ((clientIp === undefined || clientIp.form === 'full') && redactPaths.length === 0) return undefined;
  const patterns = redactPaths.map(parsePathPattern);
  const maskHeaderPaths = (value: string) => (patterns.length === 0 ? value : maskPaths(value, patterns, 'text'));
  const target = (url: string) => (patterns.length === 0 ? url : maskPaths(url, patterns, 'url'));
  if (clientIp === undefined || clientIp.form === 'full') {
    return {
      endpoints: (endpoints) => endpoints,
      forwardedFor: (named) => named,
      id: (id) => id,
      header: (_, value) => maskHeaderPaths(value),
      target,
      namesClients: true,
    };
  }
  const client = createClientAddress(clientIp.form, clientIp.digestOfAddress);
  const known = new WeakMap<Endpoints, RecordEndpoints>();
  return {
    endpoints: (endpoints) => {
      const masked = known.get(endpoints) ?? { ...endpoints, clientIp: client(endpoints.clientIp) };
      known.set(endpoints, masked);
      return masked;
    },
    forwardedFor: (named) => shownClient(named, client),
    id: (id) => clientIp.digestOfId(withoutGuess(id)).slice(0, idDigits),
    header: (name, value) => maskHeaderPaths(maskClients(name, value, client)),
    target,
    namesClients: false,
  };
}

/**
 * An id of two sequence numbers, which a record does not show, cannot be found by trying addresses. With one of them
 * it might be, so the address is left out there.
 */
function withoutGuess(id: string): string {
  return id.includes(unseen) ? id.slice(id.indexOf('-') - portDigits) : id;
}
