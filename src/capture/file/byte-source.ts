import { constants, createReadStream, fstatSync, open as openDescriptor, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

/** Bytes that are read in order, once. */
export interface ByteSource {
  /** Bytes taken from the file itself so far. */
  readonly position: number;
  /** Size of the file, where it has one. */
  readonly size: number | undefined;
  /** The bytes are not those of the file itself: it is compressed. */
  readonly isExpanded: boolean;
  /** Fills `buffer` from `offset` on with what is at hand; resolves to the number of bytes, 0 at the end. Rejects with the system's error. */
  read(buffer: Buffer, offset: number): Promise<number>;
  /** Makes bytes that were just read the next to be read. */
  unread(bytes: Buffer): void;
  /** Gives everything back; a read under way resolves soon. */
  close(): void;
}

/** The content of a file, expanded if it is compressed with gzip; waits for its first bytes. Rejects with the system's error. */
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

/** Opens a file; `-` is standard input. Rejects with the system's error. */
export async function openByteSource(path: string): Promise<ByteSource> {
  if (path === '-') return isPipe(fstatSync(0)) ? pipeBytes(0) : new StreamBytes(process.stdin);
  const status = await stat(path);
  if (status.isDirectory()) throw Object.assign(new Error('it is a directory'), { code: 'EISDIR' });
  if (status.isFile()) return new FileBytes(await open(path, 'r'), status.size);
  return isPipe(status) ? pipeBytes(await openPipe(path)) : new StreamBytes(createReadStream(path));
}

function isPipe(status: Stats): boolean {
  return status.isFIFO() || status.isSocket();
}

async function pipeBytes(descriptor: number): Promise<ByteSource> {
  const { PipeBytes } = await import('./pipe-bytes.ts');
  return new PipeBytes(descriptor);
}

/**
 * Opens it without waiting for a writer, because a silent pipe would otherwise hold a thread, and with it the process, until its writer comes and ends. On
 * Linux a pipe is not readable, and so not at its end, before the first writer.
 */
function openPipe(path: string): Promise<number> {
  const flags = constants.O_RDONLY | (process.platform === 'linux' ? constants.O_NONBLOCK : 0);
  return promisify(openDescriptor)(path, flags);
}

class FileBytes implements ByteSource {
  readonly size: number;
  readonly isExpanded = false;
  position = 0;
  readonly #file: FileHandle;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  async read(buffer: Buffer, offset: number): Promise<number> {
    const { bytesRead } = await this.#file.read(buffer, offset, buffer.length - offset, this.position);
    this.position += bytesRead;
    return bytesRead;
  }

  unread(bytes: Buffer): void {
    this.position -= bytes.length;
  }

  close(): void {
    this.#file.close().catch(() => {});
  }
}

class StreamBytes implements ByteSource {
  readonly size = undefined;
  readonly isExpanded = false;
  position = 0;
  readonly #stream: Readable;
  #closed = false;
  #unread: Buffer | undefined;
  #wake = () => {};

  constructor(stream: Readable) {
    this.#stream = stream;
    for (const event of ['readable', 'end', 'error', 'close']) stream.on(event, () => this.#wake());
  }

  async read(buffer: Buffer, offset: number): Promise<number> {
    const stream = this.#stream;
    for (;;) {
      const available = Math.min(stream.readableLength, buffer.length - offset);
      const chunk: Buffer | null = this.#unread ?? (available > 0 ? stream.read(available) : stream.read());
      if (chunk) {
        this.#unread = undefined;
        chunk.copy(buffer, offset);
        this.position += chunk.length;
        return chunk.length;
      }
      if (stream.errored) throw stream.errored;
      if (this.#closed || stream.readableEnded || stream.destroyed) return 0;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  unread(bytes: Buffer): void {
    this.position -= bytes.length;
    this.#unread = bytes;
  }

  close(): void {
    this.#closed = true;
    this.#stream.destroy();
    this.#wake();
  }
}
