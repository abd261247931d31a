import { open, readFile, stat, unlink, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';

/** Whoever holds the lock touches it so often; untouched for longer than `staleMs` it belongs to nobody. */
const touchMs = 5_000;
const staleMs = 20_000;

/** Another process uses the directory. */
export class SpoolInUseError extends Error {}

/**
 * Keeps two processes from using one spool: a file with the process id and host name of its holder. The holder is gone when no process of
 * this host has its id, or when the file was not touched for a while: in another container the id says nothing.
 */
export class SpoolLock {
  readonly #path: string;
  readonly #timer: NodeJS.Timeout;

  private constructor(path: string) {
    this.#path = path;
    this.#timer = setInterval(() => utimes(path, new Date(), new Date()).catch(() => {}), touchMs).unref();
  }

  /** Throws `SpoolInUseError`, or what the file system says. */
  static async acquire(path: string): Promise<SpoolLock> {
    if (!(await create(path))) {
      const holder = await livingHolder(path);
      if (holder === undefined) await unlink(path);
      if (holder !== undefined || !(await create(path))) {
        throw new SpoolInUseError(`it is in use by ${holder ?? 'another process'} (${path})`);
      }
    }
    return new SpoolLock(path);
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    await unlink(this.#path);
  }
}

async function create(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(`${process.pid} ${hostname()}\n`);
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function livingHolder(path: string): Promise<string | undefined> {
  const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
  const [, pid = '', host = ''] = /^(\d+) (.*)\n$/.exec(text) ?? [];
  if (Date.now() - mtimeMs > staleMs) return undefined;
  if (host === hostname() && !isOtherProcess(Number(pid))) return undefined;
  return `process ${pid} on ${host}`;
}

/** The same id is a process before this one: containers give the same ids again. */
function isOtherProcess(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
