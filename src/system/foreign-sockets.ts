import { open, readdir, readlink } from 'node:fs/promises';

/** What one read takes of a table that may have a line for each of a hundred thousand connections. */
const readBytes = 64 * 1024;
const tables = ['/proc/net/tcp', '/proc/net/tcp6'];

/**
 * A line of such a table: `sl local remote st queues timer retransmits uid timeout inode`
 * (Documentation/networking/proc_net_tcp.rst).
 */
const socketLine = /^ *\d+: \S+ \S+ \S+ \S+ \S+ \S+ +\d+ +\d+ (\d+)/;

/**
 * Whether another process of this network namespace, which all containers of a pod share, listens on TCP or has a
 * connection. Rejects where /proc does not tell.
 */
export async function hasForeignSockets(): Promise<boolean> {
  const own = await ownSockets();
  for (const table of tables) if (await someLine(table, (line) => isForeign(line, own))) return true;
  return false;
}

/**
 * Whether a line is of a socket that another process holds, in whatever state: one that is half closed may still be
 * answered on. A connection that no process holds any more has no inode.
 */
export function isForeign(line: string, own: ReadonlySet<string>): boolean {
  const inode = socketLine.exec(line)?.[1] ?? '0';
  return inode !== '0' && !own.has(inode);
}

/** Inodes of the sockets of this process. */
async function ownSockets(): Promise<ReadonlySet<string>> {
  const names = await readdir('/proc/self/fd');
  // A descriptor may be closed while it is looked at.
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
}

/** Listening sockets come first in a table: mostly the first read decides. */
async function someLine(path: string, holds: (line: string) => boolean): Promise<boolean> {
  const file = await openIfThere(path);
  if (file === undefined) return false;
  try {
    const buffer = Buffer.alloc(readBytes);
    for (let rest = ''; ; ) {
      const { bytesRead } = await file.read(buffer, 0, readBytes);
      if (bytesRead === 0) return holds(rest);
      const lines = (rest + buffer.toString('latin1', 0, bytesRead)).split('\n');
      rest = lines.pop() ?? '';
      if (lines.some(holds)) return true;
    }
  } finally {
    await file.close();
  }
}

/** A kernel without IPv6 has no table of it. */
async function openIfThere(path: string) {
  try {
    return await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && path !== tables[0]) return undefined;
    throw error;
  }
}
