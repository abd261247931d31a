import { PacketSocket, type RingSize } from './af-packet.ts';
import { type Libc, SystemCallError } from './libc.ts';
import type { PacketFilter } from './packet-filter.ts';

/** The name that stands for all interfaces at once. */
export const ANY_INTERFACE = 'any';

/** Failures that pass: the interface may come (back), memory and descriptors may become free. */
const PASSING = new Set(['ENODEV', 'ENXIO', 'ENETDOWN', 'ENOMEM', 'ENOBUFS', 'EMFILE', 'ENFILE']);

/** A socket with its ring on an interface that is up; throws a SystemCallError. */
export function openInterfaceSocket(name: string, libc: Libc, filter: PacketFilter, ring: RingSize): PacketSocket {
  const index = name === ANY_INTERFACE ? 0 : libc.interfaceIndex(name);
  if (index === 0 && name !== ANY_INTERFACE) throw new SystemCallError('if_nametoindex', 'ENODEV', 'No such device');
  const socket = new PacketSocket(libc, index, filter, ring);
  // Binding to an interface that is down succeeds, and leaves an error behind.
  if (socket.takeError() === 0) return socket;
  socket.close();
  throw new SystemCallError('bind', 'ENETDOWN', 'Network is down');
}

/** What keeps an interface from being captured for now: the end of a sentence about it. Undefined for a failure that will not pass. */
export function passingReason(error: unknown): string | undefined {
  if (!(error instanceof SystemCallError && PASSING.has(error.code))) return undefined;
  if (error.code === 'ENODEV' || error.code === 'ENXIO') return 'does not exist';
  return error.code === 'ENETDOWN' ? 'is down' : `cannot be captured now (${error.message})`;
}
