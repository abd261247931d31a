import { tcpPacket } from '../packet/packets.ts';

/** A packet from the client with this port, in a connection of its own. */
export function clientPacket(port: number, flags: string, at: number, payload = '', acknowledgment = 9000): Buffer {
  const addresses = { source: '10.0.0.1', destination: '10.0.0.2', sourcePort: port, destinationPort: 80 };
  return tcpPacket({ ...addresses, sequence: 1000 + at, acknowledgment, flags, payload });
}

/** A packet to that client. */
export function serverPacket(port: number, flags: string, at: number, payload = '', acknowledgment = 1000): Buffer {
  const addresses = { source: '10.0.0.2', destination: '10.0.0.1', sourcePort: 80, destinationPort: port };
  return tcpPacket({ ...addresses, sequence: 9000 + at, acknowledgment, flags, payload });
}
