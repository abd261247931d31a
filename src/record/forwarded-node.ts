/** An address, a host name, or what a proxy says instead of it (RFC 7239, section 6.3); a zone may follow. */
const name = /^(?=[^a-z\d]*[a-z\d])[\w.:%-]{1,64}$/i;
const bracketed = /^\[([\da-f]*:[\da-f:.]*(?:%[\w.-]+)?)\](?::[\w.-]+)?$/i;
/** RFC 7239, section 6.2. */
const unknown = 'unknown';

/** A client without its port; undefined if it is not said or makes no sense. */
export function addressOf(node: string): string | undefined {
  const address = withoutPort(node);
  return name.test(address) && address.toLowerCase() !== unknown ? address : undefined;
}

/** Of `[2001:db8::1]:80`, `192.0.2.1:80` or `2001:db8::1`, which may be quoted. */
function withoutPort(node: string): string {
  const plain = node.startsWith('"') ? node.replace(/^"(.*)"$/, '$1') : node;
  const inBrackets = plain.startsWith('[') ? bracketed.exec(plain)?.[1] : undefined;
  if (inBrackets !== undefined) return inBrackets;
  const colon = plain.indexOf(':');
  return colon >= 0 && colon === plain.lastIndexOf(':') ? plain.slice(0, colon) : plain;
}
