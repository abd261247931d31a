import { createServer, type Server } from 'node:net';

/** Where a server is to listen. */
export type ListenAddress = {
  /** `undefined`: on all addresses. */
  readonly host: string | undefined;
  readonly port: number;
};

/** Resolves with the port, or with why it cannot be opened: a clause. */
export function listen(server: Server, { host, port }: ListenAddress): Promise<number | string> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(problemOf(error, { host, port })));
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Why a port cannot be opened at this moment, or `undefined`: opens and closes it. */
export async function listenProblem(address: ListenAddress): Promise<string | undefined> {
  const server = createServer((socket) => socket.destroy());
  const opened = await listen(server, address);
  if (typeof opened === 'string') return opened;
  await new Promise((resolve) => server.close(resolve));
  return undefined;
}

function problemOf({ code, message }: NodeJS.ErrnoException, { host, port }: ListenAddress): string {
  if (code === 'EADDRINUSE') return `port ${port} is taken by another process`;
  if (code === 'EACCES') return `this process may not open port ${port}: those below 1024 need a right of their own`;
  if (code === 'EADDRNOTAVAIL') return `${host ?? 'any'} is no address of this pod`;
  return message;
}
