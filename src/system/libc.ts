import { getSystemErrorName } from 'node:util';
import { loadKoffi } from './koffi.ts';

/** A system call that failed: `code` is the errno's name, such as `EPERM`. */
export class SystemCallError extends Error {
  readonly code: string;

  constructor(call: string, code: string, text: string) {
    super(`${call}: ${text} (${code})`);
    this.name = 'SystemCallError';
    this.code = code;
  }
}

export type SocketOption = { readonly level: number; readonly name: number };

/** The few C functions that are called; each throws a SystemCallError when the call fails. */
export type Libc = {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Buffer): void;
  setsockopt(fd: number, option: SocketOption, value: Buffer): void;
  getsockopt(fd: number, option: SocketOption, length: number): Buffer;
  /** Maps `length` bytes of the descriptor, shared and writable. */
  mmap(length: number, fd: number): MappedMemory;
  /** Takes unchanged pages of a file out of this process; they come back when they are touched. */
  releasePages(address: bigint, length: number): void;
  close(fd: number): void;
  /**
   * Locks an open file without waiting; `false` when another process has it. The kernel lets go of it when the
   * descriptor is closed or its process is gone. Of a file on NFS, which must be open for writing, the server keeps it.
   */
  lock(fd: number): boolean;
  /** Ends the process at once, whatever its threads wait for (`process.exit` would wait, too). */
  exit(code: number): void;
  /** The interface's number in this network namespace, 0 when there is none of that name. */
  interfaceIndex(name: string): number;
  /** Where a buffer's bytes are; valid as long as the buffer is reachable. */
  addressOf(buffer: Buffer): bigint;
  /** Calls back from the event loop as long as the descriptor is readable; stops for good after a socket error. */
  watchReadable(fd: number, callback: () => void): { close(): void };
};

/** `bytes` is the memory itself, not a copy: touching it after `unmap` ends the process. */
export type MappedMemory = { readonly bytes: Buffer; unmap(): void };

const protReadWrite = 3;
const mapShared = 1;
const madvDontneed = 4;
const lockExNb = 6;
const mapFailed = 0xffff_ffff_ffff_ffffn;

let loaded: Libc | undefined;

/** The C library that node itself runs on (glibc or musl). Throws where live capture cannot work, see `loadKoffi`. */
export function loadLibc(): Libc {
  loaded ??= declareLibc();
  return loaded;
}

function declareLibc(): Libc {
  const koffi = loadKoffi();
  const self = koffi.load(null);
  const strerror = self.func('const char *strerror(int error)') as (error: number) => string;
  const socket = self.func('int socket(int domain, int type, int protocol)') as Libc['socket'];
  const bind = self.func('int bind(int fd, const void *address, uint32_t length)');
  const setsockopt = self.func('int setsockopt(int fd, int level, int name, const void *value, uint32_t length)');
  const getsockopt = self.func('int getsockopt(int fd, int level, int name, void *value, uint32_t *length)');
  const mmap = self.func('void *mmap(void *at, size_t length, int protection, int flags, int fd, int64_t offset)');
  const munmap = self.func('int munmap(void *address, size_t length)');
  const madvise = self.func('int madvise(void *address, size_t length, int advice)');
  const close = self.func('int close(int fd)');
  const flock = self.func('int flock(int fd, int operation)');
  const exit = self.func('void _exit(int code)');
  const ifNameToIndex = self.func('uint32_t if_nametoindex(const char *name)') as (name: string) => number;

  function failed(call: string): SystemCallError {
    const error = koffi.errno();
    return new SystemCallError(call, getSystemErrorName(-error), strerror(error));
  }
  function succeed(call: string, result: number): number {
    if (result < 0) throw failed(call);
    return result;
  }

  return {
    socket: (domain, type, protocol) => succeed('socket', socket(domain, type, protocol)),
    bind: (fd, address) => void succeed('bind', bind(fd, address, address.length)),
    setsockopt: (fd, { level, name }, value) =>
      void succeed(`setsockopt ${level}/${name}`, setsockopt(fd, level, name, value, value.length)),
    getsockopt(fd, { level, name }, length) {
      const value = Buffer.alloc(length);
      const lengthCell = Buffer.alloc(4);
      lengthCell.writeUInt32LE(length);
      succeed(`getsockopt ${level}/${name}`, getsockopt(fd, level, name, value, lengthCell));
      return value;
    },
    mmap(length, fd) {
      const address = mmap(null, length, protReadWrite, mapShared, fd, 0) as bigint;
      if (address === mapFailed) throw failed('mmap');
      return {
        bytes: Buffer.from(koffi.view(address, length)),
        unmap: () => void succeed('munmap', munmap(address, length)),
      };
    },
    releasePages: (address, length) => void madvise(address, length, madvDontneed),
    close: (fd) => void succeed('close', close(fd)),
    lock(fd) {
      if (flock(fd, lockExNb) === 0) return true;
      const error = failed('flock');
      if (error.code === 'EAGAIN') return false;
      throw error;
    },
    exit: (code) => exit(code),
    interfaceIndex: (name) => ifNameToIndex(name),
    addressOf: (buffer) => koffi.address(buffer),
    // The arguments of koffi's callback are left alone: they are not what its type declarations say.
    watchReadable: (fd, callback) => koffi.node.poll(fd, () => callback()),
  };
}
