/** An address, a host name, or what a proxy says instead of it (RFC 7239, section 6.3); a zone may follow. */
const name = /^(?=[^a-z\d]*[a-z\d])[\w.:%-]{1,64}$/i;
const bracketed = /^\[([\da-f]*:[\da-f:.]*(?:%[\w.-]+)?)\](?::[\w.-]+)?$/i;
/** RFC 7239, section 6.2. */
const unknown = 'unknown';
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

/** A client without its port; undefined if it is not said or makes no sense. */
export function addressOf(node: string): string | undefined {
  const address = withoutPort(node);
  return name.test(address) && address.toLowerCase() !== unknown ? address : undefined;
}

/** Of `[2001:db8::1]:80`, `192.0.2.1:80` or `2001:db8::1`, which may be quoted. */
function withoutPort(node: string): string {
  const plain = node.replace(/^"(.*)"$/, '$1');
  const inBrackets = bracketed.exec(plain)?.[1];
  if (inBrackets !== undefined) return inBrackets;
  const colon = plain.indexOf(':');
  return colon >= 0 && colon === plain.lastIndexOf(':') ? plain.slice(0, colon) : plain;
}
