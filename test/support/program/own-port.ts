import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that the kernel gives to outgoing connections. */
const firstPort = 10_000;
const portCount = 20_000;
/** Test files that run at the same time begin at different places. */
let next = process.pid * 50;

/**
 * A port on loopback for a server that is stopped and started again. One that the kernel chooses (port 0) may meanwhile
 * become the client's end of any connection on this machine.
 */
export async function ownPort(): Promise<number> {
  for (;;) {
    const port = firstPort + (next++ % portCount);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
