import { type Libc, SystemCallError } from '../../system/libc.ts';
import { PacketSocket, type SocketCapture } from './af-packet.ts';
import { insteadOf } from './interfaces.ts';

/** The name that stands for all interfaces at once. */
export const anyInterface = 'any';

/** Failures that pass: the interface may come (back), memory and descriptors may become free. */
const passing = new Set(['ENODEV', 'ENXIO', 'ENETDOWN', 'ENOMEM', 'ENOBUFS', 'EMFILE', 'ENFILE']);

/** A socket with its ring on an interface that is up; throws a SystemCallError. */
export function openInterfaceSocket(name: string, libc: Libc, capture: SocketCapture): PacketSocket {
  const index = name === anyInterface ? 0 : libc.interfaceIndex(name);
  if (index === 0 && name !== anyInterface) throw new SystemCallError('if_nametoindex', 'ENODEV', 'No such device');
  const socket = new PacketSocket(libc, index, capture);
  // Binding to an interface that is down succeeds, and leaves an error behind.
  if (socket.takeError() === 0) return socket;
  socket.close();
  throw new SystemCallError('bind', 'ENETDOWN', 'Network is down');
}

/**
 * What keeps the interface of that name from being captured for now: the end of a sentence about it. Undefined for a
 * failure that will not pass.
 */
export function passingReason(name: string, error: unknown): string | undefined {
  if (!(error instanceof SystemCallError && passing.has(error.code))) return undefined;
  if (error.code === 'ENODEV' || error.code === 'ENXIO') return `does not exist (${insteadOf(name)})`;
  return error.code === 'ENETDOWN' ? 'is down' : `cannot be captured now (${error.message})`;
}
