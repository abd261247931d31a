const usual = /^HTTP\/\d\.\d$/;
/** From 2 on, versions have no minor number; 0 is implied where one is asked for (RFC 9110, section 2.5). */
const withoutMinor = /^HTTP\/[2-9](?=(?:\.0)?$)/;

/**
 * The protocol that a record names: `HTTP/2` or `HTTP/3`, or as it was sent if it has the form `HTTP/1.1`; else the
 * nearest one that has.
 */
export function recordProtocol(sent: string): string {
  if (sent === 'HTTP/1.1') return sent;
  const later = withoutMinor.exec(sent)?.[0];
  if (later !== undefined) return later;
  if (usual.test(sent)) return sent;
  return /^HTTP\/1\.1/i.test(sent) ? 'HTTP/1.1' : 'HTTP/1.0';
}
