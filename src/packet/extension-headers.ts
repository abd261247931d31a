/**
 * Headers between those of IPv6 and TCP (RFC 8200, section 4). The authentication header may follow that of IPv4, too
 * (RFC 4302).
 */
export const ExtensionHeader = { hopByHop: 0, routing: 43, fragment: 44, authentication: 51, destination: 60 } as const;

export function isExtension(header: number): boolean {
  return (
    header === ExtensionHeader.hopByHop ||
    header === ExtensionHeader.routing ||
    header === ExtensionHeader.fragment ||
    header === ExtensionHeader.authentication ||
    header === ExtensionHeader.destination
  );
}

/**
 * The authentication header counts in 4-byte words, the fragment header is 8 bytes, the others count in 8-byte words.
 */
export function extensionLength(header: number, lengthField: number): number {
  if (header === ExtensionHeader.fragment) return 8;
  return header === ExtensionHeader.authentication ? (lengthField + 2) * 4 : (lengthField + 1) * 8;
}
