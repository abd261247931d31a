import type { RequestHead } from '../../http/head.ts';
import { addressOf } from '../forwarded-node.ts';
import { clientOf, forwardedForList, forwardedList } from './forwarded-for.ts';
import type { HeaderReader } from './header-reader.ts';

const nobody: readonly string[] = [];

/** Finds out who asked the proxies before the client of a connection. */
export class ForwardedReader {
  readonly #headers: HeaderReader;
  readonly #hops: number;

  /** `hops`: how many proxies at the end of a chain are trusted; 0 stands for all of them. */
  constructor(headers: HeaderReader, hops: number) {
    this.#headers = headers;
    this.#hops = hops;
  }

  /**
   * `proxied` are the clients of PROXY headers. The proxies that sent those stand next to the server, so they come
   * behind those that wrote into the head.
   */
  client(head: RequestHead | undefined, proxied: readonly string[]): string | undefined {
    const named = head === undefined ? nobody : this.#named(head);
    if (named.length === 0 && proxied.length === 0) return undefined;
    // Who is asked for stands in a part of the head that was not seen.
    if (this.#hops > proxied.length && head?.isWhole !== true) return undefined;
    return clientOf(proxied.length === 0 ? named : joined(named, proxied), this.#hops);
  }

  /** X-Forwarded-For is what proxies write; many let a Forwarded pass that the client has made up. */
  #named({ headers }: RequestHead): readonly string[] {
    const usual = this.#headers.values(headers, 'x-forwarded-for');
    const named = usual.length === 0 ? nobody : usual.flatMap(forwardedForList);
    return named.length > 0 ? named : this.#headers.values(headers, 'forwarded').flatMap(forwardedList);
  }
}

/** A proxy that says it in both ways is one proxy. */
function joined(named: readonly string[], proxied: readonly string[]): readonly string[] {
  const last = addressOf(named.at(-1) ?? '');
  const isSaidTwice = last !== undefined && last === proxied[0];
  return [...(isSaidTwice ? named.slice(0, -1) : named), ...proxied];
}
