const usual = /^HTTP\/\d\.\d$/;

/** The protocol that a record names: as it was sent if it has the form `HTTP/1.1`, else the nearest one that has. */
export function recordProtocol(sent: string): string {
  if (sent === 'HTTP/1.1' || usual.test(sent)) return sent;
  return /^HTTP\/1\.1/i.test(sent) ? 'HTTP/1.1' : 'HTTP/1.0';
}
