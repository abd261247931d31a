import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** Half the CPU time of the usual 6, which makes records a tenth smaller: the pod's CPU costs more than its disk. */
const level = 1;

/**
 * Puts a compressed file (`.gz`) in the place of a file, in the threads that may wait. Whatever ends it on the way,
 * either of the two is whole: the old one is removed when the new one is on disk, and until then that has another name
 * (`.gz.part`).
 */
export async function gzipFile(path: string, signal: AbortSignal): Promise<void> {
  const part = `${path}.gz.part`;
  try {
    const source = createReadStream(path);
    const target = createWriteStream(part, { flags: 'wx', mode: 0o640, flush: true });
    await pipeline(source, createGzip({ level }), target, { signal });
    const { size } = await stat(path);
    if (size !== source.bytesRead) throw new Error(`${path} was written to meanwhile`);
    await rename(part, `${path}.gz`);
    await rm(path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
