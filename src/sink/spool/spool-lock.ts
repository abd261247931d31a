import { constants } from 'node:fs';
import { type FileHandle, open, readFile, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { type Libc, loadLibc } from '../../system/libc.ts';

/** Another process uses the directory. */
export class SpoolInUseError extends Error {}

/**
 * Keeps two processes from using one spool: a lock that the kernel holds on a file, for as long as its process lives.
 * The process id and host name in the file are for people: containers of one pod may share both.
 */
export class SpoolLock {
  /** Nothing keeps other processes out where the kernel cannot be asked to. */
  readonly isExclusive: boolean;
  readonly #path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle, isExclusive: boolean) {
    this.#path = path;
    this.#file = file;
    this.isExclusive = isExclusive;
  }

  /** Throws `SpoolInUseError`, or what the file system says. */
  static async acquire(path: string, load: () => Pick<Libc, 'lock'> = loadLibc): Promise<SpoolLock> {
    const libc = loaded(load);
    for (;;) {
      const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
      try {
        if (libc?.lock(file.fd) === false) {
          throw new SpoolInUseError(`it is in use by ${await holder(path)} (${path})`);
        }
        if (await isAt(path, file)) {
          await file.truncate();
          await file.write(`${process.pid} ${hostname()}\n`, 0);
          return new SpoolLock(path, file, libc !== undefined);
        }
      } catch (error) {
        await file.close();
        throw error;
      }
      // Who held it has deleted it before we got it: the next one to come will find another file there.
      await file.close();
    }
  }

  /** Deletes the file while it is locked, so that whoever has opened it can tell that it is not the lock any more. */
  async release(): Promise<void> {
    try {
      if (await isAt(this.#path, this.#file)) await unlink(this.#path);
    } finally {
      await this.#file.close();
    }
  }
}

/** Undefined on other systems than Linux, where capture files can be read all the same. */
function loaded(load: () => Pick<Libc, 'lock'>): Pick<Libc, 'lock'> | undefined {
  try {
    return load();
  } catch {
    return undefined;
  }
}

async function isAt(path: string, file: FileHandle): Promise<boolean> {
  const [own, found] = await Promise.all([file.stat({ bigint: true }), stat(path, { bigint: true }).catch(orMissing)]);
  return found?.ino === own.ino && found.dev === own.dev;
}

function orMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

async function holder(path: string): Promise<string> {
  const text = (await readFile(path, 'utf8').catch(orMissing)) ?? '';
  const [, pid, host] = /^(\d+) (.*)\n$/.exec(text) ?? [];
  return pid === undefined ? 'another process' : `process ${pid} on ${host}`;
}
