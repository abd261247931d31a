import type { ByteSource } from './byte-source.ts';

/**
 * The content of a file, expanded if it is compressed with gzip; waits for its first bytes. Rejects with the system's
 * error.
 */
export async function expanded(file: ByteSource): Promise<ByteSource> {
  try {
    return (await isGzip(file)) ? new (await import('./gunzip.ts')).GunzipBytes(file) : file;
  } catch (error) {
    file.close();
    throw error;
  }
}

async function isGzip(file: ByteSource): Promise<boolean> {
  const first = Buffer.alloc(2);
  let length = 0;
  for (let count = -1; length < first.length && count !== 0; length += count) count = await file.read(first, length);
  file.unread(first.subarray(0, length));
  return first.readUInt16BE(0) === 0x1f8b;
}
