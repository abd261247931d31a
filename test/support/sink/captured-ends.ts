/** The ends of a captured connection: address and port of the one, address and port of the other. */
export function capturedEnds(...[address0, port0, address1, port1]: readonly [string, number, string, number]) {
  const address = (end: 0 | 1) => (end === 0 ? address0 : address1);
  const port = (end: 0 | 1) => (end === 0 ? port0 : port1);
  return { address, port };
}
