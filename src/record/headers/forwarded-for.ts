import { addressOf } from '../forwarded-node.ts';

/**
 * The parameters of Forwarded (RFC 7239, section 4), each with its value, a token or quoted, and what ends it; after a
 * mistake, all up to the next comma. Blanks are few, so that many of them cost no more than their number.
 */
const parameters =
  /[ \t]{0,8}([^\s=;,"]*)[ \t]{0,8}(?:=[ \t]{0,8}(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?[ \t]{0,8}([;,]|$)|[^,]*(?:,|$)/g;

/** The clients in an X-Forwarded-For, in its order, as they stand there. */
export function forwardedForList(value: string): readonly string[] {
  return value
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** The clients in a Forwarded, in its order; of an element without `for`, or with a mistake, it is empty. */
export function forwardedList(value: string): readonly string[] {
  const clients: string[] = [];
  let client = '';
  let isEmpty = true;
  for (const [text, key, quoted, token = '', ending] of value.matchAll(parameters)) {
    if (key === undefined) client = '';
    else if (key.toLowerCase() === 'for') client = quoted === undefined ? token : quoted.replace(/\\(.)/g, '$1');
    isEmpty &&= text.trim() === (ending ?? '');
    if (ending === ';') continue;
    if (!isEmpty) clients.push(client);
    client = '';
    isEmpty = true;
  }
  return clients;
}

/** The client that a chain begins with; with `hops` trusted proxies at its end, the one that the first of them saw. */
export function clientOf(chain: readonly string[], hops: number): string | undefined {
  return addressOf(chain[hops === 0 ? 0 : Math.max(0, chain.length - hops)] ?? '');
}
