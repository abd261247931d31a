import { constants, createReadStream, fstatSync, open as openDescriptor, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ByteSource } from './byte-source.ts';
import { FileBytes } from './file-bytes.ts';
import { StreamBytes } from './stream-bytes.ts';

/** Opens a file; `-` is standard input. Rejects with the system's error. */
export async function openByteSource(path: string): Promise<ByteSource> {
  if (path === '-') return isPipe(fstatSync(0)) ? pipeBytes(0) : new StreamBytes(process.stdin);
  const status = await stat(path);
  if (status.isDirectory()) throw Object.assign(new Error('it is a directory'), { code: 'EISDIR' });
  if (status.isFile()) return new FileBytes(await open(path, 'r'), status.size);
  return isPipe(status) ? pipeBytes(await openPipe(path)) : new StreamBytes(createReadStream(path));
}

/** Whether all of a path's bytes are there already; of standard input nobody knows. */
export async function isRegularFile(path: string): Promise<boolean> {
  return path !== '-' && (await stat(path).catch(() => undefined))?.isFile() === true;
}

function isPipe(status: Stats): boolean {
  return status.isFIFO() || status.isSocket();
}

async function pipeBytes(descriptor: number): Promise<ByteSource> {
  const { PipeBytes } = await import('./pipe-bytes.ts');
  return new PipeBytes(descriptor);
}

/**
 * Opens it without waiting for a writer, because a silent pipe would otherwise hold a thread, and with it the process,
 * until its writer comes and ends. On Linux a pipe is not readable, and so not at its end, before the first writer.
 */
function openPipe(path: string): Promise<number> {
  const flags = constants.O_RDONLY | (process.platform === 'linux' ? constants.O_NONBLOCK : 0);
  return promisify(openDescriptor)(path, flags);
}
